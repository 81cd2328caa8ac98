"""What the doctor says of a Slack workspace, by what was read of it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.access import Access
from adapters.slack.checking import able, accounts, check_workspace
from adapters.slack.probing import Seen
from adapters.slack.scopes import ADMIN, BOT, NEEDS, said
from adapters.slack.tries import NOT_GOOD, Tried
from bot.domain.capability import Ability, Way
from bot.domain.checkup import Point, State
from bot.i18n import LANGUAGES, catalogue
from bot.policy.load import load_files
from bot.policy.policy_set import PolicySet

ACCESS = Access(workspace="T0A", bot="xoxb-1", app="xapp-1", admin="xoxp-1", admin_user="U0ADMIN")
BOT_SCOPES, ADMIN_SCOPES = frozenset(BOT), frozenset({*ADMIN, "identify"})
BOTS = Tried(good=True, workspace="T0A", user="U0BOT", bot="B0", name="Harbour", scopes=BOT_SCOPES)
ADMINS = Tried(good=True, workspace="T0A", user="U0ADMIN", scopes=ADMIN_SCOPES)
HELP = {"id": "C1", "name": "help", "is_member": True}
LEADS = {"id": "C2", "name": "leads", "is_member": True, "is_private": True}
SEEN = Seen(
    bot=BOTS, admin=ADMINS, keeper={"id": "U0ADMIN", "is_admin": True}, socket=True, apps=("A1", "A1"),
    channels=[HELP, LEADS], groups=[{"id": "S1", "handle": "staff"}],
    people={"U1": {"id": "U1"}},
)  # fmt: skip


def policies(*more: str) -> PolicySet:
    text = [
        "community: harbour", "slack: T0A", "channels: {help: {slack: T0A/C1}, leads: {slack: T0A/C2}}",
        "roles: {staff: {slack_group: T0A/S1}}", *more,
    ]  # fmt: skip
    people = (
        "- {id: own, kind: internal, name: Own, mandates: [{id: m, role: moderator, may: [delete]}],\n"
        "   people: [{id: ada, alias: Ada, role: moderator, accounts: {slack: T0A/U1}}]}\n"
    )
    files = {"harbour/community.yaml": "\n".join(text).encode(), "harbour/organisations.yaml": people.encode()}
    found = load_files(files, "harbour", live=True)
    assert found.policies is not None, found.problems
    return found.policies


def ill(access: Access = ACCESS, *, events: bool = False, more: tuple[str, ...] = (), **changes: Any) -> list[Point]:
    found = check_workspace(policies(*more), access, replace(SEEN, **changes), events=events)
    return [one for one in found if one.state is not State.GOOD]


def codes(access: Access = ACCESS, **more: Any) -> list[str]:
    return [one.code for one in ill(access, **more)]


def test_a_workspace_that_has_everything_is_well() -> None:
    assert codes() == []


@pytest.mark.parametrize("scope", BOT)
def test_each_scope_that_the_bot_lacks_is_named_with_what_it_is_for(scope: str) -> None:
    (found,) = ill(bot=replace(BOTS, scopes=BOT_SCOPES - {scope}))
    assert found.code == "slack_scope"
    (need,) = [one for one in NEEDS if one.scope == scope and not one.admin]
    for language in LANGUAGES:
        assert scope in found.says.say(language)
        assert said(need).say(language) in found.says.say(language)


@pytest.mark.parametrize("scope", ADMIN)
def test_each_scope_that_the_admin_s_token_lacks_is_named(scope: str) -> None:
    (found,) = ill(admin=replace(ADMINS, scopes=ADMIN_SCOPES - {scope}))
    assert (found.code, found.state) == ("slack_admin_scope", State.LACKS)
    assert scope in found.says.say("de")


def test_a_scope_that_no_policy_needs_is_less_and_not_wrong() -> None:
    without = replace(BOTS, scopes=BOT_SCOPES - {"channels:manage"})
    assert [one.state for one in ill(bot=without)] == [State.LACKS]
    more = ("automation: {may: [kick]}",)
    assert [one.state for one in ill(bot=without, more=more)] == [State.WRONG]


def test_scopes_beyond_the_manifest_s_are_named() -> None:
    (found,) = ill(bot=replace(BOTS, scopes=BOT_SCOPES | {"admin.users:write"}))
    assert (found.code, found.state) == ("slack_scope_more", State.LACKS)
    assert codes(admin=replace(ADMINS, scopes=ADMIN_SCOPES | {"search:read"})) == ["slack_admin_scope_more"]


def test_a_bot_s_token_that_is_no_good_or_another_workspace_s_is_all_that_is_said() -> None:
    assert codes(bot=NOT_GOOD) == ["slack_token"]
    assert codes(bot=replace(BOTS, workspace="T0B")) == ["slack_elsewhere"]


@pytest.mark.parametrize(("changes", "code"), [
    ({"admin": None}, "slack_admin"),
    ({"admin": NOT_GOOD}, "slack_admin_gone"),
    ({"admin": replace(ADMINS, user="U0OTHER")}, "slack_admin_other"),
    ({"admin": replace(ADMINS, workspace="T0B")}, "slack_admin_other"),
    ({"keeper": {"id": "U0ADMIN"}}, "slack_admin_rank"),
    ({"keeper": {"id": "U0ADMIN", "is_admin": True, "deleted": True}}, "slack_admin_rank"),
    ({"keeper": None}, "slack_admin_rank"),
])  # fmt: skip
def test_an_admin_s_token_that_doesn_t_count_is_said_to_be_so_and_deleting_is_by_hand(
    changes: dict[str, Any], code: str
) -> None:
    assert codes(**changes) == [code]
    ways = {one.ability: one.way for one in able(ACCESS, replace(SEEN, **changes))}
    assert ways[Ability.DELETE] is Way.MANUAL


def test_what_can_be_done_follows_from_both_tokens_and_a_ban_is_always_by_hand() -> None:
    ways = {one.ability: one.way for one in able(ACCESS, SEEN)}
    assert (ways[Ability.DELETE], ways[Ability.TIMEOUT], ways[Ability.BAN]) == (Way.DIRECT, Way.EMULATED, Way.MANUAL)
    assert able(ACCESS, replace(SEEN, bot=NOT_GOOD)) == []


@pytest.mark.parametrize(("access", "events", "code"), [
    (replace(ACCESS, app=""), True, "slack_way"),
    (replace(ACCESS, app="", signing="s"), False, "slack_events"),
])  # fmt: skip
def test_without_a_way_for_slack_to_reach_us_nothing_is_heard(access: Access, *, events: bool, code: str) -> None:
    assert codes(access, events=events, socket=None) == [code]


def test_a_socket_or_signed_requests_are_a_way_in_and_an_app_s_token_has_to_be_the_bot_s_app_s() -> None:
    assert codes(replace(ACCESS, app="", signing="s"), events=True, socket=None) == []
    assert codes(socket=False) == ["slack_socket"]
    assert codes(apps=("A1", "A2")) == ["slack_other_app"]
    assert codes(apps=("", "A2")) == []


def test_channels_that_are_gone_private_without_us_put_away_or_not_joined_are_each_named() -> None:
    assert codes(channels=[LEADS]) == ["slack_channel_gone"]
    assert codes(channels=[LEADS, HELP | {"is_private": True, "is_member": False}]) == ["slack_channel_gone"]
    assert codes(channels=[LEADS, HELP | {"is_archived": True, "is_member": False}]) == ["slack_channel_archived"]
    (out,) = ill(channels=[LEADS, HELP | {"is_member": False}])
    assert (out.code, out.state) == ("slack_channel_out", State.LACKS)
    assert codes(channels=None) == ["slack_channel"]


def test_cards_hang_in_a_channel_that_staff_alone_read() -> None:
    assert codes(channels=[HELP, LEADS | {"is_private": False}]) == ["slack_leads_public"]
    assert codes(channels=[HELP, LEADS | {"is_ext_shared": True}]) == ["slack_leads_shared"]
    bare = load_files({"harbour/community.yaml": b"community: harbour\nslack: T0A\n"}, "harbour", live=True).policies
    assert bare is not None
    found = check_workspace(bare, ACCESS, SEEN, events=False)
    assert [one.code for one in found if one.state is not State.GOOD] == ["slack_leads"]


def test_scopes_that_slack_does_not_name_are_neither_missing_nor_there() -> None:
    bot, admin = replace(BOTS, scopes=None), replace(ADMINS, scopes=None)
    (found,) = ill(bot=bot)
    assert (found.code, found.state) == ("slack_scope_unsaid", State.UNKNOWN)
    assert codes(admin=admin) == ["slack_admin_scope_unsaid"]
    assert able(ACCESS, replace(SEEN, bot=bot, admin=admin)) == able(ACCESS, SEEN)


def test_user_groups_that_are_gone_or_that_the_plan_doesn_t_have_are_named() -> None:
    assert codes(groups=[]) == ["slack_group_gone"]
    assert codes(groups=[{"id": "S1", "date_delete": 7}]) == ["slack_group_gone"]
    assert codes(groups=[], grouped=False) == ["slack_groups"]


@pytest.mark.parametrize(("user", "code"), [
    (None, "slack_people"),
    ({"id": "U1", "deleted": True}, "slack_people"),
    ({"id": "U1", "is_restricted": True}, "slack_guests"),
    ({"id": "U1", "is_ultra_restricted": True}, "slack_guests"),
])  # fmt: skip
def test_who_can_t_moderate_there_is_named(user: dict[str, Any] | None, code: str) -> None:
    (found,) = ill(people={"U1": user})
    assert found.code == code
    assert "ada" in found.says.say("en")


def test_people_are_asked_for_by_their_accounts_in_this_workspace() -> None:
    assert accounts(policies()) == {"U1": "ada"}


def test_the_how_to_names_every_scope_that_is_asked_for_and_no_other() -> None:
    text = (Path(__file__).parents[3] / "docs/how-to-slack.md").read_text(encoding="utf-8")
    bots, admins = text.partition("| Scope of the bot |")[2].split("| Scope of the admin |")
    for part, scopes in ((bots, BOT), (admins.partition("\n\n")[0], ADMIN)):
        rows = [line for line in part.splitlines() if line.startswith("| `")]
        named = [one for line in rows for one in re.findall(r"`([\w.:]+)`", line)]
        assert sorted(named) == sorted(scopes)


def test_every_point_that_isn_t_good_has_a_remedy_in_both_languages() -> None:
    for language in LANGUAGES:
        known = catalogue(language)
        said_of = {
            key for key in known if key.startswith("doctor.slack_") and not key.endswith(("_remedy", "_good", "_one"))
        }
        assert not [key for key in said_of if f"{key}_remedy" not in known]
