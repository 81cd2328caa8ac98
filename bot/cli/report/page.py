"""The replay as one self-contained page: no script, no outside address, member text escaped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from bot.cli.report import charts
from bot.cli.report.numbers import day, month_name, number, share
from bot.cli.report.rows import (
    Labels,
    channel_rows,
    mode_word,
    outcome_rows,
    outcome_shifts,
    rule_rows,
    severity_word,
    shift_rows,
    total_rows,
    turn_rows,
    turn_words,
)
from bot.cli.report.visible import runs, visible
from bot.domain.outcome import Outcome, OutcomeKind
from bot.services.replay.run import Replay
from bot.services.replay.samples import Sample
from bot.services.replay.series import Bucket, Grain, series
from bot.services.replay.spelling import spell
from bot.services.replay.summary import spelled, top_members
from bot.services.replay.tally import Tallies, local_time

COLUMNS = 120
CHANNELS_LISTED = 15
SKIPPED_LISTED = 20
FAILURES_LISTED = 30
SAMPLES_OPEN = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One headline figure."""

    #: the number
    value: int
    #: what it counts
    label: str
    #: what else to know of it
    aside: str = ""


def render(found: Replay, labels: Labels, *, program: str, written: datetime) -> str:
    """Return the page in the reader's language."""
    language, tallies = labels.language, found.tallies
    template = _template()
    return template.render(
        found=found,
        tallies=tallies,
        labels=labels,
        language=language,
        t=labels.say,
        n=lambda value: number(value, language),
        visible=visible,
        words=_words,
        spell=spell,
        severity_word=lambda level: severity_word(level, language),
        mode_word=lambda tally: mode_word(tally, language),
        turn_words=lambda turn: turn_words(turn, language),
        width=charts.width,
        share=lambda part, whole: share(part, whole, language),
        place_name=lambda channel: _place_name(channel, tallies),
        moment=lambda sample: _moment(sample, tallies, language),
        first=_day(tallies.first, tallies, language),
        last=_day(tallies.last, tallies, language),
        figures=_figures(found, labels),
        rules=rule_rows(tallies.rules),
        outcomes=outcome_rows(found),
        steps=", ".join(f"{name} {count}×" for name, count in spelled(found.aftermath.steps).items()),
        time=_time_chart(tallies, labels),
        heat=_heat_map(tallies, labels),
        channels=channel_rows(tallies.channels, CHANNELS_LISTED),
        members=top_members(tallies.members, labels.members),
        shifts=shift_rows(found.comparison) if found.comparison else [],
        totals=total_rows(found, found.comparison) if found.comparison else [],
        turns=turn_rows(found.comparison, language) if found.comparison else [],
        outcome_shifts=outcome_shifts(found.comparison) if found.comparison else [],
        skipped_listed=SKIPPED_LISTED,
        failures_listed=FAILURES_LISTED,
        samples_open=SAMPLES_OPEN,
        program=program,
        written=f"{day(written, language)}, {written:%H:%M}",
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    folder = resources.files(__package__)
    environment.globals["style"] = Markup(folder.joinpath("page.css").read_text(encoding="utf-8"))  # noqa: S704 - ours
    return environment.from_string(folder.joinpath("page.html.j2").read_text(encoding="utf-8"))


def _words(sample: Sample) -> Markup:
    parts: list[Markup] = [Markup("<span class=cut>…</span>")] if sample.cut_before else []
    for piece in sample.pieces:
        shown = Markup("").join(
            Markup("<span class=hidden>{}</span>").format(part) if hidden else escape(part)
            for hidden, part in runs(piece.text)
        )
        if piece.marked:
            title = " · ".join(filter(None, (visible(piece.what), visible(piece.how))))
            shown = Markup('<mark title="{}">{}</mark>').format(title, shown)
        parts.append(shown)
    if sample.cut_after:
        parts.append(Markup("<span class=cut>…</span>"))
    return Markup("").join(parts)


def _figures(found: Replay, labels: Labels) -> list[Figure]:
    tallies, aftermath, language, say = found.tallies, found.aftermath, labels.language, labels.say
    done = sum(n for kind, n in aftermath.follows.items() if _sanctions(kind))
    done_by_ladder = sum(n for kind, n in aftermath.steps.items() if _sanctions(kind))
    asked = sum(n for kind, n in (aftermath.follows + aftermath.steps).items() if kind.kind is OutcomeKind.ASK)
    members = len(tallies.members)
    judged = tallies.messages + tallies.joins
    flagged = say("of_all", share=share(tallies.flagged, judged, language))
    if tallies.shadow_only:
        flagged += ", " + say("of_shadow", count=number(tallies.shadow_only, language))
    figures = [
        Figure(
            value=tallies.messages,
            label=say("fig_messages"),
            aside=say("of_joins", count=number(tallies.joins, language)) if tallies.joins else "",
        ),
        Figure(value=tallies.flagged, label=say("fig_flagged"), aside=flagged),
        Figure(
            value=aftermath.incidents,
            label=say("fig_incidents"),
            aside=say("of_members", count=number(members, language)) if members else "",
        ),
        Figure(value=aftermath.strikes, label=say("fig_strikes")),
        Figure(
            value=done + done_by_ladder,
            label=say("fig_sanctions"),
            aside=say("by_steps", count=number(done_by_ladder, language)) if done_by_ladder else "",
        ),
        Figure(value=asked, label=say("fig_asked")),
    ]
    if found.comparison is not None:
        figures.append(Figure(value=found.comparison.changed, label=say("fig_changed")))
    return figures


def _sanctions(outcome: Outcome) -> bool:
    return outcome.kind is not OutcomeKind.ASK and outcome.sanction is not None


def _time_chart(tallies: Tallies, labels: Labels) -> dict[str, Any]:
    grain, buckets = series(tallies.days, COLUMNS)
    axis = charts.scale(max((bucket.flagged for bucket in buckets), default=0))
    names = [_period(bucket, grain, labels.language) for bucket in buckets]
    titles = [
        labels.say(
            "time_cell",
            when=name,
            flagged=number(bucket.flagged, labels.language),
            messages=number(bucket.messages, labels.language),
        )
        for name, bucket in zip(names, buckets, strict=True)
    ]
    marks = charts.label_places(len(buckets), 6)
    return {
        "grain": labels.say(f"grain_{grain.value}"),
        "axis": axis,
        "columns": list(zip(charts.columns([bucket.flagged for bucket in buckets], axis), titles, strict=True)),
        "marks": [
            (round(100 * (index + 0.5) / len(buckets), 2), _short_period(buckets[index], grain, labels.language))
            for index in marks
        ],
        "rows": [(name, bucket) for name, bucket in zip(names, buckets, strict=True) if bucket.flagged],
    }


def _heat_map(tallies: Tallies, labels: Labels) -> dict[str, Any]:
    weekdays = labels.say("weekdays").split(",")
    largest = max(tallies.hours)
    cells = []
    for index, (flagged, messages) in enumerate(zip(tallies.hours, tallies.hours_all, strict=True)):
        weekday, hour = divmod(index, 24)
        title = labels.say(
            "heat_cell",
            weekday=weekdays[weekday],
            hour=hour,
            flagged=number(flagged, labels.language),
            messages=number(messages, labels.language),
        )
        cells.append((weekday, hour, charts.shade(flagged, largest), title))
    rows = [(name, sum(tallies.hours[at * 24 : at * 24 + 24])) for at, name in enumerate(weekdays)]
    return {"weekdays": weekdays, "cells": cells, "rows": rows}


def _period(bucket: Bucket, grain: Grain, language: str) -> str:
    if grain is Grain.YEAR:
        return str(bucket.start.year)
    if grain is Grain.MONTH:
        return f"{month_name(bucket.start, language)} {bucket.start.year}"
    if grain is Grain.WEEK:
        try:
            return f"{day(bucket.start, language)} – {day(bucket.start + timedelta(days=6), language)}"
        except OverflowError:
            return f"{day(bucket.start, language)} –"
    return day(bucket.start, language)


def _short_period(bucket: Bucket, grain: Grain, language: str) -> str:
    start = bucket.start
    if grain in {Grain.MONTH, Grain.YEAR}:
        return _period(bucket, grain, language)
    dot = "." if language == "de" else ""
    return f"{start.day}{dot} {month_name(start, language)}"


def _day(at: datetime | None, tallies: Tallies, language: str) -> str:
    return "" if at is None else day(local_time(at, tallies.zone), language)


def _moment(sample: Sample, tallies: Tallies, language: str) -> str:
    local = local_time(sample.at, tallies.zone)
    return f"{day(local, language)}, {local:%H:%M}"


def _place_name(channel: str, tallies: Tallies) -> str:
    """Return what a channel is called, where a sample knows only its id."""
    place = tallies.channels.get(channel)
    return place.name if place is not None and place.name else channel
