"""A rule that relies on a manual step is warned of, where it says so."""

from pathlib import Path

from bot.domain.capability import Way
from bot.domain.message import PlatformName
from bot.domain.outcome import OutcomeKind
from bot.policy.checking import check_policies
from bot.policy.hands import Ways
from tests.policy.folders import guideline, write

BANS: Ways = {PlatformName.SLACK: {OutcomeKind.BAN: Way.MANUAL, OutcomeKind.DELETE: Way.DIRECT}}
ON_SLACK = """\
community: acme
channels: {help: {slack: T0A/C0HELP}, gaming: {discord: "4102"}}
automation: {may: [delete, ban], asks: {kick: internal}}
responses: {gone: [delete, {ban: 1d}]}
ladder: {steps: {3: ban}}
"""
ON_DISCORD = ON_SLACK.replace("slack: T0A/C0HELP", 'discord: "4101"')


def warned(tmp_path: Path, rules: str, *, community: str = ON_SLACK, ways: Ways = BANS) -> list[tuple[str, int, int]]:
    """Return where a warning of a manual step stands: file, line, column."""
    files: dict[str, str | bytes] = {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)}
    problems = check_policies(write(tmp_path, files), ["acme"], ways).problems
    assert all(one.is_warning for one in problems), problems
    of_hands = [one for one in problems if one.message.key == "check.relies_on_hands"]
    return [(Path(one.place.file).name, one.place.line, one.place.column) for one in of_hands]


LADDER = ("community.yaml", 5, 21)


def test_a_rule_that_bans_is_warned_of_at_its_outcome(tmp_path: Path) -> None:
    found = warned(tmp_path, "- {id: loud, when: {caps: 0.9}, then: [delete, ban]}\n")
    assert ("respect.yaml", 5, 48) in found
    assert LADDER in found
    assert len(found) == 2


def test_a_response_is_warned_of_where_it_is_used(tmp_path: Path) -> None:
    assert ("respect.yaml", 5, 45) in warned(tmp_path, "- {id: loud, when: {caps: 0.9}, then: {use: gone}}\n")


def test_what_people_are_asked_for_is_not_warned_of(tmp_path: Path) -> None:
    assert warned(tmp_path, "- {id: loud, when: {caps: 0.9}, then: {ask: ban}}\n") == [LADDER]


def test_a_rule_that_holds_nowhere_on_the_platform_is_not_warned_of(tmp_path: Path) -> None:
    assert warned(tmp_path, "- {id: loud, in: [gaming], when: {caps: 0.9}, then: ban}\n") == [LADDER]
    assert len(warned(tmp_path, "- {id: loud, in: [help], when: {caps: 0.9}, then: ban}\n")) == 2


def test_a_community_that_is_not_on_the_platform_is_not_warned(tmp_path: Path) -> None:
    assert warned(tmp_path, "- {id: loud, when: {caps: 0.9}, then: ban}\n", community=ON_DISCORD) == []


def test_a_community_that_names_its_workspace_alone_is_on_the_platform(tmp_path: Path) -> None:
    community = ON_DISCORD.replace("community: acme", "community: acme\nslack: T0A")
    assert len(warned(tmp_path, "- {id: loud, when: {caps: 0.9}, then: ban}\n", community=community)) == 2


def test_where_nothing_is_known_of_platforms_nothing_is_said(tmp_path: Path) -> None:
    assert warned(tmp_path, "- {id: loud, when: {caps: 0.9}, then: ban}\n", ways={}) == []
