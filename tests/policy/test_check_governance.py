"""Checks of what the files say about people: whoever is named is there, and whoever is asked can answer."""

from pathlib import Path

import pytest

from bot.policy.load import load_policies
from tests.policy.folders import write
from tests.stage.policies import FILES

CONTAIN = "contain: {timeout: {up_to: 1h}}"
OMBUD = "ombud: {email: env:OMBUD_MAIL"
OWNER = 'role: owner, starts_as: trusted, accounts: {discord: "900"}'

#: the file, what stands there, what somebody writes instead, and what they are told
CASES = (
    ("community.yaml", "protected: [staff]", "protected: [stuff]", "unknown role 'stuff'"),
    ("community.yaml", "by_another_organisation: [ban]", "by_another_organisation: [bann]", "'bann' can't be"),
    ("escalation.yaml", "ada: {person: ada,", "ada: {person: adda,", "unknown person 'adda'"),
    ("escalation.yaml", OMBUD, f"{OMBUD}, absent: [{{from: 2026-03-02, until: 2026-03-01}}]", "ends before it starts"),
    ("organisations.yaml", OWNER, "role: owner, absent: [{from: 2026-03-02, until: 2026-03-01}]", "ends before"),
    ("organisations.yaml", CONTAIN, "contain: {timeout: 2h}", "within the hour"),
    ("organisations.yaml", CONTAIN, "contain: timeout", "within the hour"),
    ("organisations.yaml", CONTAIN, "contain: delete", "within the hour"),
)


def found(folder: Path, **changed: str) -> list[tuple[str, int, str, bool]]:
    """Return what is wrong with a whole community's files: file, line, words, and whether it is a warning."""
    files = dict(FILES) | {f"{name}.yaml": text for name, text in changed.items()}
    problems = load_policies(write(folder, files), "acme").problems
    return [(one.place.file.rpartition("/")[2], one.place.line, one.message.say(), one.is_warning) for one in problems]


def test_a_whole_communitys_files_are_sound(tmp_path: Path) -> None:
    assert not found(tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2][:30])
def test_a_fault_is_an_error_at_its_line(tmp_path: Path, case: tuple[str, str, str, str]) -> None:
    file, before, after, told = case
    text = dict(FILES)[file]
    line = text[: text.index(before)].count("\n") + 1
    faults = found(tmp_path, **{file.removesuffix(".yaml"): text.replace(before, after, 1)})
    assert [(name, at, warns) for name, at, words, warns in faults if told in words] == [(file, line, False)]


def test_a_question_that_nobody_can_answer_is_a_warning_in_both_languages(tmp_path: Path) -> None:
    text = dict(FILES)["organisations.yaml"].replace("asks: {ban: internal}", "asks: {ban: night}")
    files = dict(FILES) | {"organisations.yaml": f"- id: night\n  kind: partner\n  name: Night\n{text}"}
    problems = load_policies(write(tmp_path, files), "acme").problems
    for language, told in (("en", "nobody leads 'night'"), ("de", "niemand leitet „night“")):
        assert [one.is_warning for one in problems if told in one.message.say(language)] == [True]


def test_a_partners_lead_without_anybody_to_lead_and_no_seat_left_is_a_warning(tmp_path: Path) -> None:
    lone = (
        "- id: lone\n  kind: partner\n  name: Lone\n"
        "  contract: {from: 2026-01-01, seats: 1, data_agreement: {signed: 2025-12-01, reference: A}}\n"
        "  people: [{id: only, alias: Only, role: partner_lead}]\n"
    )
    faults = found(tmp_path, organisations=lone + dict(FILES)["organisations.yaml"])
    assert [warns for _, _, words, warns in faults if "nobody who is led" in words] == [True]
