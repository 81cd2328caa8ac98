"""Who wrote something in a Slack workspace, by every name that others see, with what Slack makes of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.members import author_id, author_of, member_of, profile_of, roles_of
from bot.domain.message import AccountRef, PlatformName
from tests.adapters.slack.samples import WORKSPACE, post, user


def test_a_member_has_every_name_that_others_see() -> None:
    member = member_of(WORKSPACE, user(), (), joined_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert (member.key, member.names, member.bot) == ("U1", ("Countess", "Ada L.", "ada"), False)
    assert member.account == AccountRef(platform=PlatformName.SLACK, workspace="T0A", user="U1")
    assert (member.created_at, member.joined_at) == (None, datetime(2024, 1, 1, tzinfo=UTC))
    assert list(profile_of(user())) == ["Poet", "away"]


@pytest.mark.parametrize(("said", "roles"), [
    ({}, set()),
    ({"is_admin": True}, {"admin"}),
    ({"is_admin": True, "is_owner": True}, {"admin", "owner"}),
    ({"is_primary_owner": True}, {"owner"}),
    ({"is_restricted": True}, {"guest"}),
    ({"is_restricted": True, "is_ultra_restricted": True}, {"guest", "single_channel_guest"}),
    ({"is_stranger": True}, {"external"}),
    ({"team_id": "T0B"}, {"external"}),
    ({"team_id": "T0B", "enterprise_user": {"teams": ["T0A", "T0B"]}}, set()),
    ({"team_id": "T0B", "enterprise_user": {"teams": ["T0B"]}}, {"external"}),
    ({"is_admin": "yes", "is_owner": 1, "is_stranger": None}, set()),
])  # fmt: skip
def test_what_slack_makes_of_somebody_is_a_role(said: dict[str, Any], roles: set[str]) -> None:
    assert roles_of(WORKSPACE, user(**said)) == roles


def test_user_groups_are_roles_and_where_nobody_knows_them_nothing_is_said() -> None:
    assert member_of(WORKSPACE, user(is_restricted=True), ["S1"]).roles == frozenset({"S1", "guest"})
    assert member_of(WORKSPACE, user(is_restricted=True)).roles is None


def test_somebody_from_elsewhere_is_known_by_the_workspace_that_they_are_moderated_in() -> None:
    author = author_of(WORKSPACE, post(user_team="T0B"), user(team_id="T0B"), ())
    assert author is not None
    assert author.account is not None
    assert (author.account.workspace, author.roles) == ("T0A", frozenset({"external"}))


@pytest.mark.parametrize(("said", "language"), [
    ({"locale": "de-DE"}, "de"), ({"locale": "en-GB"}, "en"), ({"locale": "fr-FR"}, "en"), ({"locale": 7}, ""),
    ({}, ""),
])  # fmt: skip
def test_a_member_reads_in_the_language_of_their_client_as_far_as_it_is_said(
    said: dict[str, Any], language: str
) -> None:
    assert member_of(WORKSPACE, user(**said)).language == language
    author = author_of(WORKSPACE, post(), user(**said), ())
    assert author is not None
    assert author.language == language


@pytest.mark.parametrize("said", [{"is_bot": True}, {"is_workflow_bot": True}, {"id": "USLACKBOT"}])
def test_programs_are_told_from_people(said: dict[str, Any]) -> None:
    assert member_of(WORKSPACE, user(**said)).bot


def test_a_program_goes_by_the_name_it_chose_and_then_by_its_own() -> None:
    event = {"subtype": "bot_message", "bot_id": "B7", "username": "Deploys", "bot_profile": {"name": "CI"}}
    author = author_of(WORKSPACE, event, None)
    assert author is not None
    assert (author.key, author.names, author.bot, author.roles) == ("B7", ("Deploys", "CI"), True, None)
    old = author_of(WORKSPACE, {"subtype": "bot_message", "username": "Old hook"}, None)
    assert old is not None
    assert (old.key, old.bot) == ("Old hook", True)


def test_a_person_who_writes_through_a_program_stays_a_person() -> None:
    author = author_of(WORKSPACE, post(bot_id="B7", app_id="A1", username="Admin"), user(), ())
    assert author is not None
    assert (author.key, author.bot, author.names) == ("U1", False, ("Admin", "Countess", "Ada L.", "ada"))


def test_whoever_is_not_shown_to_us_goes_by_what_the_message_says() -> None:
    event = post(user="U404", user_team="T0C", user_profile={"display_name": "Guest", "real_name": "A. Guest"})
    author = author_of(WORKSPACE, event, None, ())
    assert author is not None
    assert (author.key, author.names, author.roles, author.bot) == ("U404", ("Guest", "A. Guest"), None, False)


@pytest.mark.parametrize(("event", "id_"), [
    (post(), "U1"),
    ({"bot_id": "B7"}, "B7"),
    ({"comment": {"user": "U2"}}, "U2"),
    ({"username": "x"}, ""),
    ({"user": None, "comment": "x", "bot_id": 7}, ""),
])  # fmt: skip
def test_who_wrote_it_is_a_user_a_program_or_nobody(event: dict[str, Any], id_: str) -> None:
    assert author_id(event) == id_
    assert (author_of(WORKSPACE, event, None) is None) is (id_ == "")


@pytest.mark.parametrize("said", [
    {"profile": None}, {"profile": {"display_name": 7}}, {"real_name": ["x"]}, {"enterprise_user": "x", "team_id": 5},
])  # fmt: skip
def test_a_user_of_another_shape_is_one_of_whom_less_is_known(said: dict[str, Any]) -> None:
    member = member_of(WORKSPACE, user(**said), ())
    assert (member.key, member.roles) == ("U1", frozenset())
    assert all(isinstance(name, str) for name in member.names)
