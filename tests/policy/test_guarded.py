"""A channel in which only some may write is guarded by an ordinary rule, and its threads unless it says otherwise."""

from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import pytest

from bot.domain.facts import NO_FACTS
from bot.domain.judgement import Judgement, WantKind
from bot.domain.message import Channel, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.policy.evaluate import evaluate
from bot.policy.load import load_policies
from tests.policy.folders import write
from tests.policy.make import NOON, member, message

COMMUNITY = """\
community: acme
mode: live
channels: {announcements: {slack: T0A/C0NEWS}, help: {slack: T0A/C0HELP}}
roles: {staff: {slack_group: T0A/S01}}
"""
RULES = """\
guideline: places
title: {en: Everything in its place}
text: {en: "Announcements are the team's. Please write in help."}
rules:
  - id: announcements
    in: [announcements]
    when: {not: {roles: [staff]}}
    UNLESS
    severity: low
    then: [delete, {notice: places}]
"""
NEWS = Channel(platform=PlatformName.SLACK, workspace="T0A", id="C0NEWS", name="announcements")
DONE = {OutcomeKind.DELETE, OutcomeKind.NOTICE}


def judged(*, roles: frozenset[str] | None, channel: Channel = NEWS, threads: bool = True) -> Judgement:
    """Return the judgement on a message; without `threads`, threads aren't guarded."""
    rules = RULES.replace("    UNLESS\n", "" if threads else "    unless: {thread: true}\n")
    folder = write(Path(mkdtemp()), {"community.yaml": COMMUNITY, "guidelines/places.yaml": rules})
    policies = load_policies(folder, "acme").policies
    assert policies is not None
    written = message("hello", channel=channel, author=member(roles=roles))
    return evaluate(policies, written, NO_FACTS, policies.history(), NOON)


def kinds(judgement: Judgement) -> set[OutcomeKind]:
    return {one.kind for one in judgement.outcomes}


@pytest.mark.parametrize("roles", [frozenset[str](), frozenset({"S99"})])
def test_whoever_lacks_the_role_has_their_message_removed_and_is_told(roles: frozenset[str]) -> None:
    assert kinds(judged(roles=roles)) == DONE


def test_whoever_has_the_role_writes_there() -> None:
    assert not judged(roles=frozenset({"S01"})).findings


def test_other_channels_are_not_guarded() -> None:
    assert not judged(roles=frozenset(), channel=replace(NEWS, id="C0HELP", name="help")).findings


def test_of_whom_no_roles_are_known_they_are_asked_for_before_anything_follows() -> None:
    judgement = judged(roles=None)
    assert not judgement.findings
    assert [want.kind for want in judgement.wants] == [WantKind.MEMBER]


def test_threads_are_guarded_unless_the_rule_says_otherwise() -> None:
    thread = replace(NEWS, thread="1700000000.000100")
    assert kinds(judged(roles=frozenset(), channel=thread)) == DONE
    assert not judged(roles=frozenset(), channel=thread, threads=False).findings
    assert kinds(judged(roles=frozenset(), threads=False)) == DONE
