"""A community's Slack workspace: what names another one is reached by nobody, and what is none is said to be so."""

from pathlib import Path

import pytest

from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.policy.checking import check_policies
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from tests.policy.folders import write

SLACK = "community: acme\nslack: T0A\n"


def said(folder: Path, community: str) -> list[tuple[str, int, int]]:
    """Return every problem's message, line and column."""
    problems = check_policies(write(folder, {"community.yaml": community}), ["acme"]).problems
    return [(one.message.key.removeprefix("check."), one.place.line, one.place.column) for one in problems]


def loaded(folder: Path, community: str) -> PolicySet:
    found = load_policies(write(folder, {"community.yaml": community}), "acme", live=True)
    assert found.policies is not None, found.problems
    return found.policies


def test_a_community_names_its_workspace_channels_and_user_groups(tmp_path: Path) -> None:
    places = "channels: {help: {slack: T0A/C0HELP}}\nroles: {staff: {slack_group: T0A/S01}}\n"
    assert said(tmp_path, SLACK + places) == []
    found = loaded(tmp_path, SLACK + places)
    assert (found.slack, found.slack_groups) == ("T0A", {"staff": "S01"})
    (place,) = found.places
    assert place.channel_on(Connection(platform=PlatformName.SLACK, workspace="T0A")) == "C0HELP"
    assert place.channel_on(Connection(platform=PlatformName.SLACK, workspace="T0B")) is None


@pytest.mark.parametrize("wrong", ["4711", "acme", "t0a", "T0A/C0HELP", "https://acme.slack.com"])
def test_what_is_no_workspace_is_named_where_it_stands(tmp_path: Path, wrong: str) -> None:
    assert said(tmp_path, f'community: acme\nslack: "{wrong}"\n') == [("not_a_slack_workspace", 2, 8)]


def test_a_channel_or_a_group_of_another_workspace_is_named_where_it_stands(tmp_path: Path) -> None:
    places = "channels: {help: {slack: T0B/C0HELP}}\nroles: {staff: {slack_group: T0B/S01}}\n"
    assert said(tmp_path, SLACK + places) == [("other_workspace", 3, 26), ("other_workspace", 4, 30)]


def test_an_account_in_another_workspace_is_named_where_it_stands(tmp_path: Path) -> None:
    people = "- {id: own, kind: internal, name: Own, people: [{id: ada, alias: Ada, accounts: {slack: T0B/U1}}]}\n"
    folder = write(tmp_path, {"community.yaml": SLACK, "organisations.yaml": people})
    found = [one for one in check_policies(folder, ["acme"]).problems if one.message.key == "check.other_workspace"]
    assert [(Path(one.place.file).name, one.place.line) for one in found] == [("organisations.yaml", 1)]


def test_without_a_workspace_of_its_own_a_community_may_list_any_as_exports_need(tmp_path: Path) -> None:
    assert said(tmp_path, "community: acme\nchannels: {help: {slack: T0B/C0HELP}}\n") == []
