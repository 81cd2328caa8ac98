"""How a Slack user is now, beside how they were, becomes what was done outside Locum, and nothing that isn't said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack.deeds import deeds_of
from adapters.slack.members import account_ref
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import DeedKind
from bot.domain.sanction import FREE, Standing
from tests.adapters.slack.samples import WORKSPACE, user

AT = datetime(2024, 1, 1, 12, tzinfo=UTC)


def read(before: dict[str, Any] | None, **said: Any) -> list[Any]:
    return list(deeds_of(WORKSPACE, user(**said), None if before is None else user(**before), AT))


def test_a_deactivation_and_its_end_are_standings_of_the_member() -> None:
    (gone,), (back,) = read({}, deleted=True), read({"deleted": True})
    assert (gone.kind, gone.sanction, gone.standing) == (DeedKind.STANDING, OutcomeKind.BAN, Standing(held=True))
    assert (back.kind, back.sanction, back.standing) == (DeedKind.STANDING, OutcomeKind.BAN, FREE)
    assert gone.member == back.member == account_ref(WORKSPACE, "U1")
    assert gone.id != back.id


def test_who_did_it_stays_open_for_slack_does_not_say() -> None:
    assert [deed.by for deed in (*read({}, deleted=True), *read({}, is_admin=True))] == [None, None]


def test_roles_that_were_given_and_taken_are_named() -> None:
    (deed,) = read({"is_restricted": True}, is_admin=True, is_owner=True)
    assert (deed.kind, deed.given, deed.taken) == (DeedKind.ROLES, {"admin", "owner"}, {"guest"})


def test_the_same_change_told_twice_is_one_deed_and_another_one_is_another() -> None:
    later = list(deeds_of(WORKSPACE, user(deleted=True), user(), AT + timedelta(seconds=1)))
    assert read({}, deleted=True) == read({}, deleted=True)
    assert later[0].id != read({}, deleted=True)[0].id


def test_of_whoever_was_not_known_before_only_a_deactivation_is_said() -> None:
    (gone,) = read(None, deleted=True, is_admin=True)
    assert gone.standing == Standing(held=True)
    assert read(None, is_admin=True) == []


def test_whoever_is_deactivated_lost_no_roles_by_somebody_s_hand() -> None:
    (gone,) = read({"is_admin": True}, deleted=True, is_admin=False)
    (back,) = read({"deleted": True}, is_admin=True)
    assert (gone.kind, back.kind) == (DeedKind.STANDING, DeedKind.STANDING)


@pytest.mark.parametrize("said", [
    {}, {"name": "countess"}, {"profile": {"status_text": "back"}}, {"is_stranger": True}, {"team_id": "T0B"},
    {"deleted": "yes"}, {"is_admin": 1},
])  # fmt: skip
def test_what_is_no_moderation_tells_of_nothing(said: dict[str, Any]) -> None:
    assert read({}, **said) == []


@pytest.mark.parametrize("user_", [{}, {"id": 7, "deleted": True}, {"id": None}])
def test_a_user_without_an_id_tells_of_nothing(user_: dict[str, Any]) -> None:
    assert list(deeds_of(WORKSPACE, user_, None, AT)) == []
