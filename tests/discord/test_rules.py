"""Native moderation: what is stopped, what is told, and what no rule may be."""

from collections.abc import Mapping
from typing import Any

import discord
import pytest

from tests.discord import permissions
from tests.discord.asking import Asker
from tests.discord.errors import Refused
from tests.discord.harbour import Harbour, harbour
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@pytest.fixture
def port(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


def rules_of(port: Harbour) -> str:
    return f"/guilds/{port.guild.id}/auto-moderation/rules"


def keyword(*words: str, **more: Any) -> Mapping[str, Any]:
    return {
        "name": "words", "event_type": 1, "trigger_type": 1, "trigger_metadata": {"keyword_filter": list(words)},
        "actions": [{"type": 1, "metadata": {}}], "enabled": True,
    } | more  # fmt: skip


def passes(world: World, port: Harbour, text: str, author: str | None = None) -> bool:
    """Return whether a message appears."""
    try:
        world.post(port.room, author or port.member, text)
    except Refused as refused:
        if refused.code != 200000:
            raise
        return False
    return True


async def test_what_the_library_makes_is_on_the_specification_and_works(
    server: LoopbackDiscord, client: discord.Client, port: Harbour
) -> None:
    guild = await client.fetch_guild(int(port.guild.id))
    rule = await guild.create_automod_rule(
        name="words",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=discord.AutoModTrigger(keyword_filter=["barnacle*"], regex_patterns=["ab+c"], allow_list=["barnacled"]),
        actions=[discord.AutoModRuleAction(), discord.AutoModRuleAction(channel_id=int(port.room))],
        enabled=True,
        exempt_roles=[discord.Object(int(port.staff_role))],
    )
    assert not passes(server.world, port, "you BARNACLES")
    assert not passes(server.world, port, "xabbbcx")
    assert passes(server.world, port, "barnacled")
    assert passes(server.world, port, "barnacles", port.staff)
    await rule.edit(enabled=False)
    assert passes(server.world, port, "barnacles")
    await rule.delete()
    assert port.guild.rules == {}
    assert server.record.off == []


@pytest.mark.parametrize(
    ("word", "texts"),
    [
        ("cat", [["a cat!", "Cat"], ["cats", "concat"]]),
        ("cat*", [["cats", "cat"], ["concat"]]),
        ("*cat", [["concat"], ["cats"]]),
        ("*cat*", [["concats"], ["c a t"]]),
        ("two words", [["these two words here"], ["two  words"]]),
    ],
)
async def test_a_keyword_is_a_whole_word_unless_an_asterisk_says_otherwise(
    port: Harbour, ask: Asker, world: World, word: str, texts: list[list[str]]
) -> None:
    assert (await ask("POST", rules_of(port), keyword(word))).status == 200
    stopped, let_through = texts
    assert [text for text in stopped if passes(world, port, text)] == []
    assert [text for text in let_through if not passes(world, port, text)] == []


async def test_an_edit_is_looked_at_too(port: Harbour, ask: Asker, world: World) -> None:
    await ask("POST", rules_of(port), keyword("cat"))
    said = world.post(port.room, port.member, "dog")["id"]
    with pytest.raises(Refused, match="200000"):
        world.edit(port.room, said, content="cat")
    assert world.message(port.room, said)["content"] == "dog"


async def test_each_action_is_told_once_and_an_alert_is_a_message_of_its_own(
    port: Harbour, ask: Asker, world: World
) -> None:
    told: list[tuple[str, Mapping[str, Any]]] = []
    actions = [
        {"type": 1, "metadata": {}},
        {"type": 2, "metadata": {"channel_id": port.room}},
        {"type": 3, "metadata": {"duration_seconds": 60}},
    ]
    await ask("POST", rules_of(port), keyword("cat", actions=actions))
    world.emit = lambda event, data, *_, **__: told.append((event, data))
    assert not passes(world, port, "a cat")
    executed = [data for event, data in told if event == "AUTO_MODERATION_ACTION_EXECUTION"]
    assert [one["action"]["type"] for one in executed] == [1, 2, 3]
    assert {(one["matched_keyword"], one["matched_content"], one["content"]) for one in executed} == {
        ("cat", "cat", "a cat")
    }
    (alert,) = world.messages[port.room].values()
    assert (alert["type"], alert["id"]) == (24, executed[1]["alert_system_message_id"])
    assert port.guild.members[port.member]["communication_disabled_until"] is not None


async def test_exempt_channels_and_threads_in_them_are_left_alone(port: Harbour, ask: Asker, world: World) -> None:
    await ask("POST", rules_of(port), keyword("cat", exempt_channels=[port.room]))
    assert passes(world, port, "cat")
    thread = port.guild.open_thread(port.room, "within")["id"]
    assert world.post(thread, port.member, "cat")
    other = port.guild.add_channel("other")["id"]
    with pytest.raises(Refused, match="200000"):
        world.post(other, port.member, "cat")


async def test_many_mentions_and_bad_names_have_triggers_of_their_own(port: Harbour, ask: Asker, world: World) -> None:
    few = {"name": "m", "event_type": 1, "trigger_type": 5, "trigger_metadata": {"mention_total_limit": 1},
           "actions": [{"type": 1, "metadata": {}}], "enabled": True}  # fmt: skip
    names = {"name": "n", "event_type": 2, "trigger_type": 6, "trigger_metadata": {"keyword_filter": ["pirate*"]},
             "actions": [{"type": 4, "metadata": {}}], "enabled": True}  # fmt: skip
    for rule in (few, names):
        assert (await ask("POST", rules_of(port), rule)).status == 200
    assert passes(world, port, f"<@{port.staff}>")
    assert not passes(world, port, f"<@{port.staff}> <@{port.bot}>")
    world.rename(port.member, global_name="Pirates")
    (acted,) = [one for one in world.record.did("automod_acted") if one.detail["action"] == 4]
    assert acted.target == port.member
    assert not permissions.computed(port.guild, port.member) & Permission.SEND_MESSAGES
    port.guild.change_member(port.member, by=port.member, nick="Pirate")
    world.rename(port.member, global_name="Sailor")
    assert not permissions.computed(port.guild, port.member) & Permission.SEND_MESSAGES
    port.guild.change_member(port.member, by=port.member, nick=None)
    assert permissions.computed(port.guild, port.member) & Permission.SEND_MESSAGES


@pytest.mark.parametrize(
    "more",
    [
        {"trigger_metadata": {"keyword_filter": ["x" * 61]}},
        {"trigger_metadata": {"keyword_filter": []}},
        {"trigger_metadata": {"regex_patterns": ["("]}},
        {"trigger_metadata": {"regex_patterns": [f"a{number}" for number in range(11)]}},
        {"exempt_roles": [str(number) for number in range(21)]},
        {"exempt_channels": [str(number) for number in range(51)]},
        {"event_type": 2},
        {"actions": [{"type": 2, "metadata": {"channel_id": "1"}}]},
        {"actions": [{"type": 4, "metadata": {}}]},
        {"actions": [{"type": 3, "metadata": {"duration_seconds": 2_419_201}}]},
    ],
)
async def test_a_rule_beyond_the_limits_is_refused(port: Harbour, ask: Asker, more: Mapping[str, Any]) -> None:
    assert (await ask("POST", rules_of(port), keyword("cat", **more))).code == 50035
    assert port.guild.rules == {}


async def test_there_are_six_rules_of_keywords_and_one_of_mentions(port: Harbour, ask: Asker) -> None:
    for number in range(6):
        assert (await ask("POST", rules_of(port), keyword(f"word{number}"))).status == 200
    seventh = await ask("POST", rules_of(port), keyword("seventh"))
    assert (seventh.code, "trigger_type" in seventh.body["errors"]) == (50035, True)
    assert len((await ask("GET", rules_of(port))).body) == 6
    assert (await ask("GET", f"{rules_of(port)}/1")).code == 10066
