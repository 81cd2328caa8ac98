"""What the doctor says of a Discord server, by what was read of it."""

from collections.abc import Sequence
from typing import Any

import pytest

from adapters.discord.capabilities import capabilities
from adapters.discord.checking import able, check_application, check_server
from adapters.discord.commands import commands
from adapters.discord.permissions import ALL_NEEDED, BITS, NEEDS
from adapters.discord.prevention.checking import check_prevention
from adapters.discord.prevention.compile import Ground, compile_natives
from adapters.discord.prevention.native import MOST, body_of
from adapters.discord.probing import Seen
from bot.domain.capability import Ability, Way
from bot.domain.checkup import Point, State
from bot.domain.message import Channel, PlatformName
from bot.i18n import LANGUAGES, catalogue
from bot.policy.load import load_files
from bot.policy.policy_set import PolicySet
from tests.discord.guild import Guild
from tests.discord.permissions import Permission
from tests.discord.world import World

APPLICATION = "77"


class Server:
    """A server with everything that Locum needs, to take something from."""

    def __init__(self) -> None:
        self.world = World()
        self.guild: Guild = self.world.add_guild("Harbour", permissions=ALL_NEEDED)
        self.own: str = self.guild.members[self.world.bot["id"]]["roles"][0]
        self.guild.roles[self.own] |= {"position": 9}
        self.help: str = self.guild.add_channel("help")["id"]
        self.leads: str = self.guild.add_channel("leads")["id"]
        self.guild.overwrite(self.leads, self.guild.id, deny=BITS["view_channel"])
        self.guild.overwrite(self.leads, self.own, allow=BITS["view_channel"] | BITS["send_messages"])
        self.staff: str = self.guild.add_role("staff", Permission.BAN_MEMBERS, position=5)["id"]
        self.held: str = self.guild.add_role("held", position=1)["id"]
        for channel in (self.help, self.leads):
            self.guild.overwrite(channel, self.held, deny=BITS["send_messages"])
        self.lines = ["automation: {may: [delete, quarantine]}", "protected: [staff]"]

    def policies(self) -> PolicySet:
        text = "\n".join(
            [
                "community: harbour",
                f'discord: "{self.guild.id}"',
                f'channels: {{help: {{discord: "{self.help}"}}, leads: {{discord: "{self.leads}"}}}}',
                f'roles: {{staff: {{discord: "{self.staff}"}}, quarantine: {{discord: "{self.held}"}}}}',
                *self.lines,
            ]
        )
        found = load_files({"harbour/community.yaml": text.encode()}, "harbour", live=True)
        assert found.policies is not None, found.problems
        return found.policies

    def seen(self, **changes: Any) -> Seen:
        registered = [one | {"id": str(number)} for number, one in enumerate(commands())]
        shown = {one["id"]: [{"id": self.staff, "type": 1, "permission": True}] for one in registered}
        known: dict[str, Any] = {
            "server": self.guild.shown(),
            "channels": list(self.guild.channels.values()),
            "own": self.guild.members[self.world.bot["id"]],
            "commands": registered,
            "shown": shown,
        }
        return Seen(**known | changes)

    def ill(self, seen: Seen | None = None) -> Sequence[Point]:
        found = check_server(self.policies(), seen or self.seen(), APPLICATION)
        return [one for one in found if one.state is not State.GOOD]

    def codes(self, seen: Seen | None = None) -> list[str]:
        return [one.code for one in self.ill(seen)]

    def rights(self, held: int) -> None:
        self.guild.roles[self.own] |= {"permissions": str(held)}
        everyone = self.guild.roles[self.guild.id]
        self.guild.roles[self.guild.id] = everyone | {"permissions": str(BITS["view_channel"] & held)}


@pytest.fixture
def server() -> Server:
    return Server()


def test_a_server_that_has_everything_is_well(server: Server) -> None:
    assert server.codes() == []


def test_a_server_that_the_bot_isn_t_on_is_named_with_the_way_in(server: Server) -> None:
    (found,) = server.ill(Seen(server=None))
    assert found.code == "discord_presence"
    assert found.remedy is not None
    assert f"guild_id={server.guild.id}" in found.remedy.say("de")


@pytest.mark.parametrize("name", BITS)
def test_each_permission_that_is_missing_is_named_with_what_it_is_for(server: Server, name: str) -> None:
    server.rights(ALL_NEEDED & ~BITS[name])
    said = [one.says.say("en") for one in server.ill() if one.code == "discord_permission"]
    (need,) = [one for one in NEEDS if one.name == name]
    assert said == [f"Missing on the server: {catalogue('en')[f'discord.need_{need.name}']}."]


def test_a_permission_that_no_policy_needs_is_less_and_not_wrong(server: Server) -> None:
    server.rights(ALL_NEEDED & ~BITS["ban_members"])
    assert [one.state for one in server.ill()] == [State.LACKS]
    server.lines = ["automation: {may: [delete, quarantine, ban]}", "protected: [staff]"]
    assert [one.state for one in server.ill()] == [State.WRONG]


@pytest.mark.parametrize("name", BITS)
def test_without_a_permission_what_it_serves_can_t_be_done_and_all_else_can(name: str) -> None:
    found = capabilities(ALL_NEEDED & ~BITS[name], content=True, members=True, quarantine=True)
    (need,) = [one for one in NEEDS if one.name == name]
    missing = {one.ability for one in found if one.way is Way.MISSING}
    assert missing == (set() if need.kinds else set(need.serves))


def test_an_administrator_may_do_everything_and_is_told_that_this_is_too_much(server: Server) -> None:
    server.rights(Permission.ADMINISTRATOR)
    assert server.codes() == ["discord_administrator"]
    found = able(server.policies(), server.seen(), {"flags": 1 << 14 | 1 << 18})
    assert found
    assert all(one.way is not Way.MISSING for one in found)


@pytest.mark.parametrize(
    ("flags", "missing"),
    [
        (1 << 14 | 1 << 18, set()),
        (1 << 15 | 1 << 19, set()),
        (1 << 15, {Ability.MESSAGES}),
        (1 << 19, {Ability.JOINS}),
        (0, {Ability.MESSAGES, Ability.JOINS}),
    ],
)
def test_what_the_application_may_hear_is_told_by_its_flags(server: Server, flags: int, missing: set[Ability]) -> None:
    application = {"id": APPLICATION, "name": "Locum", "flags": flags}
    found = able(server.policies(), server.seen(), application)
    assert {one.ability for one in found if one.way is Way.MISSING} == missing
    assert sum(one.state is State.LACKS for one in check_application(application)) == len(missing)


def test_quarantine_is_put_together_from_a_role_where_the_policies_name_one() -> None:
    (named,) = [one for one in _all(quarantine=True) if one.ability is Ability.QUARANTINE]
    (unnamed,) = [one for one in _all(quarantine=False) if one.ability is Ability.QUARANTINE]
    assert (named.way, unnamed.way, unnamed.cause) == (Way.EMULATED, Way.MISSING, "no_quarantine_role")


def _all(*, quarantine: bool) -> Sequence[Any]:
    return capabilities(ALL_NEEDED, content=True, members=True, quarantine=quarantine)


def test_a_channel_that_is_gone_and_one_that_is_closed_are_told_apart(server: Server) -> None:
    without = [one for one in server.guild.channels.values() if one["id"] != server.help]
    assert server.codes(server.seen(channels=without)) == ["discord_channel_gone"]
    closed = server.seen(channels=without, closed=frozenset({server.help}))
    assert server.codes(closed) == ["discord_channel_closed"]


def test_what_a_channel_takes_from_the_bot_is_named_there_alone(server: Server) -> None:
    server.guild.overwrite(server.help, server.own, deny=BITS["manage_messages"] | BITS["read_message_history"])
    (found,) = server.ill()
    said = found.says.say("en")
    assert said.startswith("Missing in the channel help: Read Message History")
    assert "Manage Messages" in said


def test_in_a_channel_that_the_bot_can_t_look_into_that_alone_is_to_be_mended(server: Server) -> None:
    server.guild.overwrite(server.help, server.own, deny=BITS["view_channel"])
    (found,) = server.ill()
    assert "View Channels" in found.says.say("en")
    assert "Manage Messages" not in found.says.say("en")


def test_it_need_not_write_anywhere_but_where_cards_hang(server: Server) -> None:
    server.guild.overwrite(server.help, server.own, deny=BITS["send_messages"])
    assert server.codes() == []
    server.guild.overwrite(server.leads, server.own, allow=BITS["view_channel"], deny=BITS["send_messages"])
    assert server.codes() == ["discord_channel_closed"]


def test_a_voice_channel_also_needs_to_be_entered(server: Server) -> None:
    voice = server.guild.add_channel("voice", 2)["id"]
    server.guild.overwrite(voice, server.own, deny=BITS["connect"])
    server.guild.overwrite(voice, server.held, deny=BITS["send_messages"])
    assert server.codes() == []
    server.help = voice
    assert server.codes() == ["discord_channel_closed"]


def test_a_role_of_the_policies_that_is_gone_is_named(server: Server) -> None:
    del server.guild.roles[server.staff]
    assert server.codes() == ["discord_role_gone"]


def test_roles_as_high_as_its_own_matter_unless_nobody_acts_on_their_holders(server: Server) -> None:
    server.guild.roles[server.staff] |= {"position": 12}
    assert server.codes() == []
    server.guild.add_role("captains", position=10)
    (found,) = server.ill()
    assert (found.code, found.state) == ("discord_height", State.LACKS)
    assert "captains" in found.says.say("en")


def test_other_programs_own_roles_are_no_matter_of_height(server: Server) -> None:
    role = server.guild.add_role("Another bot", position=10)
    role |= {"managed": True, "tags": {"bot_id": "5"}}
    assert server.codes() == []


def test_a_quarantine_without_a_role_too_high_or_in_which_one_can_write_holds_nobody(server: Server) -> None:
    server.guild.roles[server.held] |= {"position": 9}
    assert "discord_quarantine_height" in server.codes()
    server.guild.roles[server.held] |= {"position": 1}
    server.guild.overwrite(server.help, server.held)
    (found,) = server.ill()
    assert found.code == "discord_quarantine_open"
    assert "help" in found.says.say("de")


def test_where_nobody_quarantines_no_role_is_asked_for(server: Server) -> None:
    server.lines = ["automation: {may: [delete]}", "protected: [staff]"]
    server.guild.overwrite(server.help, server.held)
    assert server.codes() == []


def test_a_channel_for_cards_is_wanted_and_staff_alone_may_read_it(server: Server) -> None:
    server.guild.overwrite(server.leads, server.guild.id)
    assert server.codes() == ["discord_leads_public"]


def test_a_command_that_is_shown_to_administrators_alone_is_named(server: Server) -> None:
    found = server.ill(server.seen(shown={}))
    assert {one.code for one in found} == {"discord_shown"}
    assert any("/mod" in one.says.say("en") for one in found)
    assert not any("/report" in one.says.say("en") for one in found)


def test_commands_that_nobody_registered_yet_are_registered_by_the_program(server: Server) -> None:
    assert server.codes(server.seen(commands=[])) == ["discord_commands"]


def test_whoever_moderates_and_isn_t_on_the_server_is_named(server: Server) -> None:
    member = server.guild.add_member("Ada")
    files = {
        "harbour/community.yaml": f'community: harbour\ndiscord: "{server.guild.id}"\n'.encode(),
        "harbour/organisations.yaml": (
            b"- id: crew\n  kind: internal\n  name: Crew\n  people:\n"
            + f'    - {{id: ada, alias: Ada, role: owner, accounts: {{discord: "{member["user"]["id"]}"}}}}\n'.encode()
            + b'    - {id: ben, alias: Ben, role: lead, accounts: {discord: "404"}}\n'
        ),
    }
    policies = load_files(files, "harbour", live=True).policies
    assert policies is not None
    people = {member["user"]["id"]: member, "404": None}
    found = check_server(policies, server.seen(people=people), APPLICATION)
    (absent,) = [one for one in found if one.code == "discord_people"]
    assert absent.says.say("en").endswith(": ben.")


def test_what_discord_doesn_t_say_is_unknown_and_not_well(server: Server) -> None:
    found = server.ill(server.seen(own=None, channels=None, commands=None, shown=None))
    unknown = {one.code for one in found if one.state is State.UNKNOWN}
    assert unknown == {"discord_own", "discord_channel", "discord_commands"}


def test_rules_that_discord_is_to_hold_are_held_against_those_that_it_holds(server: Server) -> None:
    files = {
        "harbour/community.yaml": f'community: harbour\ndiscord: "{server.guild.id}"\n'.encode(),
        "harbour/guidelines/respect.yaml": (
            b"guideline: respect\ntitle: {en: Respect}\ntext: {en: Be kind}\n"
            b"rules: [{id: slur, when: {words: [blockhead]}, severity: high, then: [delete]}]\n"
        ),
    }
    policies = load_files(files, "harbour", live=True).policies
    assert policies is not None
    ground = Ground(channels=tuple(map(_channel, server.guild.channels.values())))
    (native,) = compile_natives(policies, ground, MOST).natives
    held = {**body_of(native, "en"), "id": "1"}
    foreign = {**held, "id": "2", "name": "somebody else's"}

    def codes(policies: PolicySet, *rules: Any) -> list[tuple[str, State]]:
        found = check_prevention("discord/1", policies, server.seen(rules=rules))
        return [(one.code, one.state) for one in found]

    assert codes(policies, held, foreign) == [("discord_prevention", State.GOOD)]
    assert codes(policies, foreign) == [("discord_prevention", State.LACKS)]
    assert codes(policies, {**held, "enabled": False}) == [("discord_prevention", State.LACKS)]
    watching = policies.shadowing(["respect/slur"])
    assert codes(watching, foreign) == []
    assert codes(watching, held) == [("discord_prevention", State.LACKS)]


def _channel(data: Any) -> Channel:
    return Channel(platform=PlatformName.DISCORD, workspace="1", id=str(data["id"]), name=data["name"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_and_every_ability_has_words(language: str) -> None:
    known = catalogue(language)
    assert all(f"doctor.ability_{one.value}" in known for one in Ability)
    assert all(f"doctor.way_{one.value}" in known for one in Way)
    causes = {"no_content", "no_members", "no_permission", "no_quarantine_role"}
    assert all(f"doctor.cause_{one}" in known for one in causes)
