"""Escalation paths are proved to end at somebody who can be reached; what can't be is said with its place."""

from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from bot.policy.problems import in_order
from bot.policy.schema.escalation import FallbackModel, PathModel, StepModel, TargetModel
from bot.policy.showing import show_problem
from bot.policy.source import read_community
from tests.policy.folders import write
from tests.stage.policies import ESCALATION, FILES


def said(folder: Path, before: str = "", after: str = "", *, language: str = "en") -> list[str]:
    """Return what is said of the stage's policies with one text of the paths in place of another."""
    assert before in ESCALATION
    files = {**dict(FILES), "escalation.yaml": ESCALATION.replace(before, after, 1)}
    draft = read_community(write(folder, files), "acme")
    shown = [show_problem(one, language).splitlines()[0] for one in in_order(draft.problems)]
    return [line.partition("acme/")[2] for line in shown]


def test_sound_paths_have_nothing_said_of_them(tmp_path: Path) -> None:
    assert said(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("fallback: {person: ombud, via: [email]}", "fallback: {person: ombud, via: [chat]}", "chat alone"),
        ("ada: {person: ada", "ada: {person: adda", "did you mean 'ada'"),
        ("on_duty: internal", "on_duty: nowhere", "unknown organisation"),
        ("role: partner_lead, of: case", "role: wizard, of: case", "nobody has the role 'wizard'"),
        ("role: partner_lead, of: case", "role: partner_lead, of: internal", "nobody has the role 'partner_lead'"),
        ("ombud: {email", "ombud: {absent: [{from: 2026-01-01, until: 2026-01-09}], email", ""),
        ("{person: ada}, via: [email], wait: 1h", "{channel: leads}, wait: 1h", "never shown in a channel"),
        ("{person: ada}, via: [email], wait: 1h", "{on_duty: faro}, wait: 1h", "partners are skipped"),
        ("fallback: {person: ombud, via: [email]}", "fallback: {person: ada, via: [email]}", "leaves nobody"),
        ("  - {path: standard}\n", "", "no route takes a case of queue 'care', severity low, about member"),
        ("wait: 15m}", 'wait: 15m, hours: "09:00-17:00"}', "from 22:00 to 08:00 no step tells anybody"),
    ],
)  # fmt: skip
def test_what_may_end_in_silence_is_said(tmp_path: Path, before: str, after: str, expected: str) -> None:
    found = said(tmp_path, before, after)
    assert any(expected in line for line in found) if expected else found == [], found
    german = said(tmp_path, before, after, language="de")
    assert len(german) == len(found)
    assert not expected or german != found


def test_a_fallback_who_is_the_only_one_and_away_is_said(tmp_path: Path) -> None:
    away = "ada: {absent: [{from: 2026-01-01, until: 2026-01-09}], person: ada"
    assert any("will be away" in line for line in said(tmp_path, "ada: {person: ada", away))


def test_hours_that_cover_the_day_together_leave_no_gap(tmp_path: Path) -> None:
    found = said(tmp_path, "wait: 15m}", 'wait: 15m, hours: "22:00-08:00"}')
    assert found == []


def test_a_path_has_no_field_that_could_name_another() -> None:
    models = (PathModel, StepModel, TargetModel, FallbackModel)
    fields = {name for model in models for name in model.model_fields}
    assert fields == {
        "steps", "repeat", "fallback", "page", "via", "wait", "hours", "zone", "otherwise", "role", "of", "on_duty",
        "channel", "mention", "person",
    }  # fmt: skip
    assert get_args(get_type_hints(PathModel)["steps"])[0] is StepModel
