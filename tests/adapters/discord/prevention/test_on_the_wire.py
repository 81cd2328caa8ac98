"""Prevention over the wire: the real library, a server that moderates by itself, and what reaches the core."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.discord.prevention.native import is_ours
from adapters.discord.prevention.sync import PreventionFullError, PreventionRefusedError
from adapters.discord.snowflakes import made_at
from bot.domain.facts import NO_FACTS
from bot.domain.message import Message, MessageKind
from bot.policy.evaluate import evaluate
from bot.policy.policy_set import PolicySet
from bot.ports import Feed
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.adapters.discord.prevention.communities import policies
from tests.discord import automod
from tests.discord.bots import until
from tests.discord.errors import Refused
from tests.discord.faults import FaultKind
from tests.discord.permissions import Permission

NOTHING = "- {id: loud, when: {caps: 0.9}, then: [{strike: 1}]}\n"
WORDS = "- {id: words, when: {words: [moron, trottel*]}, then: [delete, {strike: 1}]}\n"
NAMES = "- {id: called, when: {name: [admin]}, then: [delete, quarantine]}\n"
MENTIONS = "- {id: many, when: {mentions: {total: 3}}, then: [delete]}\n"


async def _answer(*_: object) -> Any:
    raise AssertionError


@dataclass(kw_only=True)
class Shore:
    """A connected server, and what was offered to the core."""

    ground: DiscordGround
    offered: list[Message] = field(default_factory=list)
    #: offers that are turned away first
    busy: int = 0

    @property
    def ours(self) -> list[Mapping[str, Any]]:
        return [rule for rule in self.ground.place.guild.rules.values() if is_ours(rule)]

    @property
    def keywords(self) -> list[Sequence[str]]:
        return [rule["trigger_metadata"].get("keyword_filter", ()) for rule in self.ours]

    @property
    def asked(self) -> list[str]:
        """What was asked of the rules, the looks left out."""
        known = self.ground.server.record.requests
        return [one.method for one in known if "auto-moderation" in one.route and one.method != "GET"]

    def go_by(self, known: PolicySet) -> None:
        door = self.ground.connected.door
        door.home = replace(door.home, policies=lambda: known, prevents=True)
        self.look()

    def look(self) -> None:
        self.ground.connected.prevention.changed.set()

    async def looked(self) -> None:
        """Have the rules looked at once, and wait for the end of it: whoever looks waits for the next reason then."""
        state = self.ground.connected.prevention
        before = state.looked
        self.look()
        await until(lambda: state.looked > before)

    def offer(self, message: Message) -> bool:
        if self.busy:
            self.busy -= 1
            return False
        self.offered.append(message)
        return True

    def stopped(self, text: str, *, by: str | None = None, channel: str | None = None) -> bool:
        """Return whether Discord stops what somebody says."""
        place = self.ground.place
        try:
            self.ground.server.hands.say(by or place.member, channel or place.room, text)
        except Refused as refused:
            if refused.code != 200000:
                raise
            return True
        return False


def community(ground: DiscordGround, rules: str) -> PolicySet:
    return policies(
        rules,
        f'community: acme\nmode: live\nlanguages: [en]\ndiscord: "{ground.place.guild.id}"\n'
        f'channels: {{help: {{discord: "{ground.place.room}"}}}}\n'
        f'roles: {{staff: {{discord: "{ground.place.staff_role}"}}}}\nprotected: [staff]\n'
        f"automation: {{may: [delete, quarantine]}}\n",
    )


@asynccontextmanager
async def shore(rules: str, *, content: bool = True) -> AsyncIterator[Shore]:
    """Connect a community with these rules, and wait until Discord holds what it can hold of them."""
    async with discord_ground() as ground:
        found = Shore(ground=ground)
        ground.connected.session.content = content
        found.go_by(community(ground, rules))
        feed = Feed(
            offer=found.offer, expect=lambda _: None, interrupted=lambda _: None, resumed=lambda _: None, give=_answer,
        )  # fmt: skip
        task = asyncio.create_task(ground.connected.listen(feed))
        try:
            await until(lambda: ground.connected.prevention.looked)
            yield found
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_what_a_plain_rule_deletes_never_appears_and_is_found_by_that_rule_all_the_same() -> None:
    async with shore(WORDS) as on:
        place = on.ground.place
        assert on.keywords == [["moron", "trottel*"]]
        assert on.stopped("you MORON!")
        assert not on.stopped("good morning")
        await until(lambda: len(on.offered) == 2)
        (held,) = [one for one in on.offered if one.withheld]
        assert (held.text, held.author.key, held.channel.id) == ("you MORON!", place.member, place.room)
        assert held.author.roles == frozenset()
        assert abs((made_at(held.ref.message) - on.ground.clock.now()).total_seconds()) < 1
        known = on.ground.connected.door.home.policies()
        judged = evaluate(known, held, NO_FACTS, known.history(), held.at)
        assert [finding.rule for finding in judged.findings] == ["respect/words"]


async def test_who_holds_a_protected_role_is_judged_by_us_alone() -> None:
    async with shore(WORDS) as on:
        assert not on.stopped("moron", by=on.ground.place.staff)


async def test_other_policies_bring_other_rules_and_those_of_others_stay() -> None:
    async with shore(WORDS + NAMES) as on:
        guild, place = on.ground.place.guild, on.ground.place
        theirs = automod.add(
            guild,
            automod.shape("77", guild.id, place.staff, {
                "name": "our own", "event_type": 1, "trigger_type": 1, "actions": [{"type": 1}], "enabled": True,
                "trigger_metadata": {"keyword_filter": ["barnacle"]},
            }),
            by=place.staff,
        )  # fmt: skip
        assert sorted(rule["name"] for rule in on.ours) == ["Locum: names", "Locum: words 1"]
        on.go_by(community(on.ground, WORDS.replace("moron", "scum") + MENTIONS))
        await until(lambda: sorted(rule["name"] for rule in on.ours) == ["Locum: mentions", "Locum: words 1"])
        await until(lambda: on.keywords[0] == ["scum", "trottel*"])
        assert guild.rules["77"] == theirs
        on.go_by(community(on.ground, WORDS).shadowing(["respect/words"]))
        await until(lambda: on.ours == [])
        assert guild.rules == {"77": theirs}


async def test_what_is_in_step_is_left_as_it_is_and_what_somebody_changed_is_brought_back() -> None:
    async with shore(WORDS + MENTIONS) as on:
        asked = len(on.asked)
        await on.looked()
        assert len(on.asked) == asked
        guild, (first, _) = on.ground.place.guild, on.ours
        automod.change(guild, first["id"], by=on.ground.place.staff, enabled=False)
        await on.looked()
        await until(lambda: guild.rules[first["id"]]["enabled"])
        automod.remove(guild, first["id"], by=on.ground.place.staff)
        await on.looked()
        await until(lambda: len(on.ours) == 2)


async def test_a_new_channel_in_which_a_rule_does_not_hold_is_left_alone_at_once() -> None:
    async with shore(WORDS.replace("when:", "in: [help], when:")) as on:
        (rule,) = on.ours
        new = on.ground.place.guild.add_channel("new")["id"]
        await until(lambda: new in on.ground.place.guild.rules[rule["id"]]["exempt_channels"])
        assert not on.stopped("moron", channel=new)
        assert on.stopped("moron")


async def test_rules_that_others_have_leave_room_for_fewer_and_that_is_told_once() -> None:
    async with shore(NOTHING) as on:
        guild, by = on.ground.place.guild, on.ground.place.staff
        for number in range(6):
            automod.add(
                guild,
                automod.shape(str(number), guild.id, by, {
                    "name": f"own {number}", "event_type": 1, "trigger_type": 1, "actions": [{"type": 1}],
                    "trigger_metadata": {"keyword_filter": [f"x{number}"]},
                }),
                by=by,
            )  # fmt: skip
        on.go_by(community(on.ground, WORDS + MENTIONS))
        await until(lambda: on.ground.told)
        await on.looked()
        (told,) = on.ground.told
        assert isinstance(told, PreventionFullError)
        assert "respect/words (full)" in str(told)
        assert [rule["name"] for rule in on.ours] == ["Locum: mentions"]


async def test_without_the_right_to_manage_the_server_there_is_none_and_nothing_else_suffers() -> None:
    async with shore(WORDS) as on:
        guild, place = on.ground.place.guild, on.ground.place
        own = guild.members[place.bot]["roles"][0]
        held = int(guild.roles[own]["permissions"])
        guild.change_role(own, by=place.staff, permissions=str(held & ~int(Permission.MANAGE_GUILD)))
        door = on.ground.connected.door
        await until(lambda: not door.server.me.guild_permissions.manage_guild)
        asked = len(on.ground.server.record.requests)
        on.go_by(community(on.ground, NOTHING))
        await on.looked()
        assert on.ground.told == []
        assert len(on.ours) == 1
        assert not [one for one in on.ground.server.record.requests[asked:] if "auto-moderation" in one.route]
        assert not on.stopped("ahoy")
        await until(lambda: [one.text for one in on.offered] == ["ahoy"])


async def test_a_message_that_discord_does_several_things_about_is_one() -> None:
    async with shore(WORDS) as on:
        guild, place = on.ground.place.guild, on.ground.place
        actions = [{"type": 1}, {"type": 2, "metadata": {"channel_id": on.ground.leads.channel}},
                   {"type": 3, "metadata": {"duration_seconds": 60}}]  # fmt: skip
        fields = {"name": "own", "event_type": 1, "trigger_type": 1, "actions": actions, "enabled": True,
                  "trigger_metadata": {"keyword_filter": ["moron"]}}  # fmt: skip
        automod.add(guild, automod.shape("77", guild.id, place.staff, fields), by=place.staff)
        assert on.stopped("moron")
        assert on.stopped("trottel", by=on.ground.join("Deckhand").user)
        await until(lambda: "trottel" in [one.text for one in on.offered])
        assert [one.text for one in on.offered if one.withheld] == ["moron", "trottel"]


async def test_what_is_held_back_in_a_thread_counts_where_the_thread_hangs() -> None:
    async with shore(WORDS) as on:
        assert on.stopped("moron", channel=on.ground.thread.thread)
        await until(lambda: on.offered)
        (held,) = on.offered
        assert (held.channel.id, held.channel.thread) == (on.ground.thread.channel, on.ground.thread.thread)


async def test_mentions_that_are_held_back_are_counted_by_us_as_discord_counts_them() -> None:
    async with shore(MENTIONS) as on:
        place = on.ground.place
        assert on.stopped(f"<@{place.staff}> <@{place.bot}> <@&{place.member_role}>")
        await until(lambda: on.offered)
        (held,) = on.offered
        assert held.mentions.people == (place.staff, place.bot)
        assert held.mentions.roles == (place.member_role,)


async def test_whoever_is_held_back_for_a_name_is_judged_by_it_once() -> None:
    async with shore(NAMES) as on:
        on.ground.server.hands.rename(on.ground.place.member, "Admin")
        await until(lambda: on.offered)
        on.ground.server.hands.say(on.ground.place.staff, on.ground.place.room, "ahoy")
        await until(lambda: on.offered[-1].text == "ahoy")
        (renamed,) = on.offered[:-1]
        assert (renamed.kind, renamed.author.names[0]) == (MessageKind.RENAME, "Admin")


async def test_what_is_held_back_waits_until_it_is_taken_in_for_it_stands_nowhere_else() -> None:
    async with shore(WORDS) as on:
        on.busy = 2
        assert on.stopped("moron")
        await until(lambda: on.offered)
        assert [one.text for one in on.offered] == ["moron"]


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"content": "you moron", "matched_keyword": "moron"}, "you moron"),
        ({"content": "", "matched_content": "", "matched_keyword": "*moron*"}, "moron"),
    ],
)
async def test_without_the_right_to_read_the_keyword_alone_is_what_was_written(
    told: Mapping[str, str], text: str
) -> None:
    async with shore(WORDS, content=False) as on:
        place = on.ground.place
        event: dict[str, Any] = {"channel_id": place.room, "user_id": place.member, "rule_trigger_type": 1,
                                 "action": {"type": 1}}  # fmt: skip
        on.ground.connected.heard("AUTO_MODERATION_ACTION_EXECUTION", {**event, **told})
        await until(lambda: on.offered)
        assert [one.text for one in on.offered] == [text]


@pytest.mark.parametrize(("content", "heard"), [(True, []), (False, [("moron", False)])])
async def test_an_alert_about_what_stands_there_is_heard_only_where_it_could_not_be_read(
    *, content: bool, heard: list[tuple[str, bool]]
) -> None:
    async with shore(WORDS, content=content) as on:
        place = on.ground.place
        posted = on.ground.server.hands.say(place.staff, place.room, "ahoy")
        await until(lambda: on.offered)
        on.offered.clear()
        event = {"channel_id": place.room, "user_id": place.member, "message_id": posted, "rule_trigger_type": 1,
                 "action": {"type": 2}, "content": "", "matched_keyword": "moron"}  # fmt: skip
        on.ground.connected.heard("AUTO_MODERATION_ACTION_EXECUTION", event)
        on.stopped("trottel")
        await until(lambda: len(on.offered) == len(heard) + 1)
        assert [(one.text, one.withheld) for one in on.offered if one.text != "trottel"] == heard
        assert [one.ref.message for one in on.offered if not one.withheld] == [posted] * len(heard)


async def test_a_rule_that_discord_does_not_take_is_told_once_and_the_others_are_made() -> None:
    async with shore(NOTHING) as on:
        route = "/guilds/{guild_id}/auto-moderation/rules"
        on.ground.server.faults.fail(FaultKind.REFUSED, "POST", route, status=400)
        on.go_by(community(on.ground, WORDS + MENTIONS))
        await until(lambda: on.ours)
        await on.looked()
        assert [rule["name"] for rule in on.ours] == ["Locum: mentions"]
        (told,) = on.ground.told
        assert isinstance(told, PreventionRefusedError)
        assert str(told).endswith("Locum: words 1")
        on.go_by(community(on.ground, WORDS.replace("moron", "scum") + MENTIONS))
        await until(lambda: len(on.ours) == 2)
