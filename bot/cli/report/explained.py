"""Explanations for a terminal: how a text was read, which rules matched, where, and what would follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from bot.cli.report.marked import marked
from bot.cli.report.visible import visible
from bot.domain.judgement import Finding, Mode, Span
from bot.domain.ladder import Ladder
from bot.domain.outcome import Outcome, OutcomeKind
from bot.i18n import catalogue, say
from bot.policy.detection import Evidence
from bot.policy.places import Document, locate
from bot.policy.schema.condition import COMBINATORS
from bot.policy.tracing import Result, Step, Trace
from bot.services.explain import Explained, Explanation
from bot.services.replay.spelling import spell

_MOST_SPANS = 8
_LONGEST_VALUE = 90
_MARGIN = 6
_SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    console: Console
    language: str

    def say(self, entry: str, **values: str | int) -> str:
        return say(f"explain.{entry}", self.language, **values)

    def named(self, kind: str, name: str) -> str:
        """Return the reader's word for a name of the evaluator; the name itself where the catalogue has none."""
        return catalogue(self.language).get(f"explain.{kind}_{name.replace(' ', '_')}", name)

    def line(self, text: str | Text, indent: int = 0, style: str = "") -> None:
        self.console.print(Text.assemble(" " * indent, text), style=style, soft_wrap=True)

    def head(self, entry: str) -> None:
        self.console.print()
        self.line(self.say(entry), style="bold")


def show_explanation(explanation: Explanation, ladder: Ladder | None, console: Console, language: str) -> None:
    """Print everything that there is to say of a message."""
    page = _Page(console=console, language=language)
    _show_place(page, explanation)
    _show_views(page, explanation)
    page.head("matched")
    for finding in explanation.judgement.findings:
        _show_finding(page, explanation, finding)
    if not explanation.judgement.findings:
        page.line(page.say("nothing_matched"), 2)
    _show_outcomes(page, explanation, ladder)
    _show_unknown(page, explanation)
    _show_near(page, explanation.near())


def _show_place(page: _Page, explanation: Explanation) -> None:
    at = explanation.message.at.astimezone(ZoneInfo(explanation.zone))
    languages = ", ".join(explanation.languages)
    entry = "in_channel" if explanation.channel else "in_no_channel"
    posted = f"{at:%H:%M} ({explanation.zone})"
    page.line(page.say(entry, channel=explanation.channel or "", languages=languages, at=posted), style="dim")


def _show_views(page: _Page, explanation: Explanation) -> None:
    page.head("read_as")
    names = [page.named("view", view.name) for view in explanation.views]
    width = max(map(len, names), default=0)
    for name, view in zip(names, explanation.views, strict=True):
        line = Text(f"{name:<{width}}  ", style="dim")
        line.append(_cut(visible(view.text), page.console.width - width - _MARGIN), style="not dim")
        page.line(line, 2)


def _show_finding(page: _Page, explanation: Explanation, finding: Finding) -> None:
    head = Text(finding.rule, style="bold")
    severity, mode = (
        say(f"words.{entry}", page.language)
        for entry in (f"severity_{finding.severity.word}", f"mode_{finding.mode.value}")
    )
    head.append(f"  {severity} · {mode}", style="not bold dim")
    page.line(head, 2)
    text = explanation.message.text
    labelled = [(span, _label(page, text, span)) for span in finding.spans[:_MOST_SPANS]]
    for line in marked(text, labelled, page.console.width - _MARGIN):
        page.line(line, 4)
    if len(finding.spans) > _MOST_SPANS:
        page.line(page.say("more_spans", count=len(finding.spans) - _MOST_SPANS), 4)
    for note in finding.notes:
        page.line(visible(note.say(page.language)), 4)
    page.line(page.say("asks_for", outcomes=_spelled(page, finding.outcomes)), 4)


def _label(page: _Page, text: str, span: Span) -> str:
    """Return what was recognised, where it isn't spelt so, and how it has to be read."""
    how = page.named("how", span.how)
    if not span.what or span.what.casefold() == text[span.start : span.end].casefold():
        return how
    return f"{_cut(visible(span.what), _LONGEST_VALUE)} – {how}"


def _spelled(page: _Page, outcomes: Iterable[Outcome]) -> str:
    return ", ".join(map(spell, outcomes)) or page.say("nothing")


def _show_outcomes(page: _Page, explanation: Explanation, ladder: Ladder | None) -> None:
    judgement = explanation.judgement
    if not judgement.findings:
        return
    page.head("follows")
    page.line(_spelled(page, judgement.outcomes), 2)
    if any(finding.mode is Mode.SHADOW for finding in judgement.findings):
        page.line(page.say("shadow_follows", outcomes=_spelled(page, judgement.shadow)), 2)
    if ladder is not None and any(outcome.kind is OutcomeKind.STRIKE for outcome in judgement.outcomes):
        steps = "; ".join(
            page.say("step", strikes=strikes, outcome=spell(outcome)) for strikes, outcome in ladder.steps
        )
        page.line(page.say("ladder", steps=steps), 2)
    if explanation.only_watching:
        page.line(page.say("only_watching"), 2, "yellow")


def _show_unknown(page: _Page, explanation: Explanation) -> None:
    unknown, broken = explanation.standing(Result.UNKNOWN), explanation.standing(Result.BROKEN)
    if not unknown and not broken:
        return
    page.head("unknown")
    for found in unknown:
        facts = ", ".join(page.named("fact", field) for field in found.missing)
        page.line(page.say("unknown_rule_line", rule=found.rule.name, facts=facts), 2)
    for found in broken:
        page.line(page.say("broken_rule", rule=found.rule.name, reason=found.reason), 2, "red")


def _show_near(page: _Page, near: tuple[Trace, ...]) -> None:
    if not near:
        return
    page.head("near")
    for found in near:
        page.line(f"{found.rule.name}  {page.say(f'result_{found.result.value}')}", 2)


def show_why(explained: Explained, explanation: Explanation, console: Console, language: str) -> None:
    """Print why one rule matches or doesn't, condition by condition."""
    page, found = _Page(console=console, language=language), explained.trace
    head = Text(found.rule.name, style="bold")
    head.append(f"  {page.say(f'result_{found.result.value}')}", style="not bold")
    page.line(head)
    if found.missing:
        page.line(page.say("settled_by", facts=", ".join(page.named("fact", field) for field in found.missing)), 2)
    if found.reason:
        page.line(found.reason, 2, "red")
    text = explanation.message.text
    for entry, step in (("when", found.when), ("unless", found.unless)):
        if step is not None:
            page.line(f"{entry}:", 2, "dim")
            _show_step(page, step, explained.document, text, 4)
    if found.when is not None:
        page.console.print()
        page.line(page.say("legend"), style="dim")


def _show_step(page: _Page, step: Step, document: Document, text: str, indent: int) -> None:
    sign, style = _SIGNS[None if step.answer is None else step.holds]
    line = Text(f"{sign} ", style=style)
    line.append(step.name, style="bold not dim" if not step.parts else "")
    if step.name not in COMBINATORS:
        line.append(f": {_cut(_flow(_given(document, step)), _LONGEST_VALUE)}", style="dim")
    line.append(f"  {_seen(page, step, text)}")
    line.rstrip()
    page.line(line, indent)
    for part in step.parts:
        _show_step(page, part, document, text, indent + 2)


def _seen(page: _Page, step: Step, text: str) -> str:
    """Return what a signal saw; combinators only repeat what their parts say."""
    if not isinstance(step.answer, Evidence) or step.name in COMBINATORS:
        return ""
    parts = [f"“{visible(text[span.start : span.end])}”" for span in step.answer.spans[:3]] if not step.parts else []
    parts += [visible(note.say(page.language)) for note in step.answer.notes[:3]]
    return _cut(", ".join(parts), _LONGEST_VALUE)


def _given(document: Document, step: Step) -> Any:
    """Return what the file gives a signal, without the conditions that are shown by themselves."""
    data = document.data
    for key in locate(document.data, step.path):
        data = data[key]
    if step.parts and isinstance(data, dict):
        return {key: value for key, value in data.items() if not isinstance(value, dict)}
    return data


def _flow(value: Any) -> str:
    """Return a value as YAML writes it on one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case _:
            return visible(str(value))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= max(length, 20) else text[: max(length, 20) - 1] + "…"
