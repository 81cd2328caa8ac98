"""The replay's tables for a terminal; what members wrote does not appear here."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot.cli.report.numbers import day, number, share
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
from bot.cli.report.visible import visible
from bot.domain.severity import Severity
from bot.services.replay.compare import Change, Comparison
from bot.services.replay.run import Replay
from bot.services.replay.series import Grain, series
from bot.services.replay.summary import top_members
from bot.services.replay.tally import Tallies, local_time

SAMPLE_IDS = 3
CHANNELS_LISTED = 15
PERIODS_LISTED = 31
CHANGES_LISTED = 12
FAILURES_LISTED = 20
SKIPPED_LISTED = 20

_STYLES = {Severity.LOW: "", Severity.MEDIUM: "yellow", Severity.HIGH: "red", Severity.CRITICAL: "bold red"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    console: Console
    labels: Labels

    def line(self, text: str, style: str = "") -> None:
        self.console.print(text, style=style, soft_wrap=True)

    def number(self, value: int) -> str:
        return number(value, self.labels.language) if value else "–"

    def table(self, title: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]], *, words: int = 1) -> None:
        """Print a table whose first `words` columns hold words and the others numbers; nothing when it is empty."""
        table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
        for index, column in enumerate(columns):
            table.add_column(column, justify="left" if index < words else "right", overflow="fold")
        for row in rows:
            table.add_row(*row)
        if table.row_count:
            self.console.print(table)


def make_console(*, stderr: bool = False) -> Console:
    """Return a console that takes text as it is: no markup, no emoji codes, wide when nobody watches."""
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=120)
    return console


def show(found: Replay, labels: Labels, console: Console) -> None:
    """Print everything that the replay found."""
    page = _Page(console=console, labels=labels)
    _show_head(page, found)
    if found.tallies.flagged:
        _show_rules(page, found.tallies)
        _show_outcomes(page, found)
        _show_members(page, found.tallies)
        _show_channels(page, found.tallies)
        _show_periods(page, found.tallies)
    if found.comparison is not None:
        _show_comparison(page, found, found.comparison)
    _show_limits(page, found.tallies)


def _show_head(page: _Page, found: Replay) -> None:
    labels, tallies, language = page.labels, found.tallies, page.labels.language
    page.line(labels.say("head", community=labels.community, version=labels.version[:12]), "bold")
    for entry, count in (("programs_line", tallies.programs), ("repeated_line", tallies.repeated)):
        if count:
            page.line(labels.say(entry, count=number(count, language)))
    if tallies.first is None or tallies.last is None:
        page.line(labels.say("nothing_judged"))
        return
    page.line(
        labels.say(
            "span",
            messages=number(tallies.messages, language),
            joins=number(tallies.joins, language),
            first=day(local_time(tallies.first, tallies.zone), language),
            last=day(local_time(tallies.last, tallies.zone), language),
            zone=labels.zone,
        )
    )
    if not tallies.flagged:
        page.line(labels.say("nothing_flagged"))
        return
    page.line(
        labels.say(
            "flagged_line",
            flagged=number(tallies.flagged, language),
            share=share(tallies.flagged, tallies.messages + tallies.joins, language),
            shadow=number(tallies.shadow_only, language),
            incidents=number(found.aftermath.incidents, language),
            strikes=number(found.aftermath.strikes, language),
        )
    )
    page.line("")


def _show_rules(page: _Page, tallies: Tallies) -> None:
    say, language = page.labels.say, page.labels.language
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(say("rule"), overflow="fold")
    table.add_column(say("severity"))
    table.add_column(say("mode"))
    table.add_column(say("messages"), justify="right")
    table.add_column(say("samples_ids"), overflow="fold", style="dim")
    for rule, tally in rule_rows(tallies.rules):
        ids = ", ".join(visible(sample.message) for sample in tally.samples.kept()[:SAMPLE_IDS])
        count = page.number(tally.live + tally.shadow)
        table.add_row(
            rule,
            severity_word(tally.severity, language),
            mode_word(tally, language),
            count,
            ids,
            style=_STYLES[tally.severity],
        )
    page.console.print(table)


def _show_outcomes(page: _Page, found: Replay) -> None:
    say = page.labels.say
    rows = [
        (visible(row.name), page.number(row.asked), page.number(row.followed), page.number(row.ladder))
        for row in outcome_rows(found)
    ]
    page.table("", (say("outcome"), say("asked_for"), say("followed"), say("by_ladder")), rows)


def _show_members(page: _Page, tallies: Tallies) -> None:
    say = page.labels.say
    rows = [
        (
            visible(key),
            visible(tally.name),
            page.number(tally.flagged),
            page.number(tally.incidents),
            page.number(tally.strikes),
            page.number(tally.sanctions),
            page.number(tally.asked),
        )
        for key, tally in top_members(tallies.members, page.labels.members)
    ]
    left = len(tallies.members) - len(rows)
    if left > 0 or tallies.other_members.flagged:
        shown = sum(tally.flagged for _, tally in top_members(tallies.members, page.labels.members))
        total = sum(tally.flagged for tally in tallies.members.values()) + tallies.other_members.flagged
        rows.append((say("others"), "", page.number(total - shown), "", "", "", ""))
    heads = ("member", "name", "flagged", "incidents", "strikes", "sanctions", "asked")
    page.table("", [say(head) for head in heads], rows, words=2)


def _show_channels(page: _Page, tallies: Tallies) -> None:
    say, language = page.labels.say, page.labels.language
    listed, rest = channel_rows(tallies.channels, CHANNELS_LISTED)
    shares = [(visible(name), place) for name, place in listed]
    shares += [(say("others"), place) for place in (rest, tallies.other_channels) if place and place.flagged]
    rows = [
        (name, page.number(place.messages), page.number(place.flagged), share(place.flagged, place.messages, language))
        for name, place in shares
    ]
    page.table("", (say("channel"), say("messages"), say("flagged"), say("share")), rows)


def _show_periods(page: _Page, tallies: Tallies) -> None:
    say, language = page.labels.say, page.labels.language
    grain, buckets = series(tallies.days, PERIODS_LISTED)
    rows = [
        (
            f"{bucket.start:%Y-%m}" if grain is Grain.MONTH else bucket.start.isoformat(),
            page.number(bucket.messages),
            page.number(bucket.flagged),
            share(bucket.flagged, bucket.messages, language),
        )
        for bucket in buckets
        if bucket.flagged
    ]
    head = say("flagged_periods", grain=say(f"grain_{grain.value}"))
    page.table("", (head, say("messages"), say("flagged"), say("share")), rows)


def _show_comparison(page: _Page, found: Replay, comparison: Comparison) -> None:
    say, number_of, language = page.labels.say, page.number, page.labels.language
    page.line(say("compare_head", folder=page.labels.against), "bold")
    if not comparison.changed:
        page.line(say("compare_same"))
        return
    page.line(
        say(
            "compare_line",
            changed=number_of(comparison.changed),
            now=number(comparison.flagged_now, language),
            against=number(comparison.flagged_against, language),
            rules=number(comparison.other_rules, language),
            same=number(comparison.same_rules, language),
        )
    )
    totals = [(say(entry), number_of(here), number_of(there)) for entry, here, there in total_rows(found, comparison)]
    page.table("", (say("totals"), say("here"), say("there")), totals)
    shifts = [
        (rule, number_of(shift.both), number_of(shift.only_now), number_of(shift.only_against))
        for rule, shift in shift_rows(comparison)
    ]
    page.table("", (say("rule"), say("both"), say("only_here"), say("only_there")), shifts)
    turns = [(rule, visible(words), number_of(count)) for rule, words, count in turn_rows(comparison, language)]
    page.table("", (say("rule"), say("turned"), say("messages")), turns, words=2)
    outcomes = [(visible(name), number_of(here), number_of(there)) for name, here, there in outcome_shifts(comparison)]
    page.table("", (say("outcome"), say("here"), say("there")), outcomes)
    examples = [_example(change, language) for change in comparison.examples[:CHANGES_LISTED]]
    page.table("", (say("example_messages"), say("only_here"), say("only_there"), say("turned")), examples, words=4)


def _example(change: Change, language: str) -> tuple[str, ...]:
    turns = "; ".join(f"{turn.rule}: {visible(turn_words(turn, language))}" for turn in change.turns)
    here, there = ", ".join(change.only_now), ", ".join(change.only_against)
    return visible(change.sample.message), here or "–", there or "–", turns or "–"


def _show_limits(page: _Page, tallies: Tallies) -> None:
    say, language = page.labels.say, page.labels.language
    unknown = [
        (say(f"want_{kind.value}"), page.number(tally.wanted), page.number(len(tally.subjects)))
        for kind, tally in sorted(tallies.unknown.items())
    ]
    page.table("", (say("unknown"), say("wanted"), say("subjects")), unknown)
    odd = [(visible(key), page.number(count)) for key, count in tallies.odd.most_common(FAILURES_LISTED)]
    page.table("", (say("odd_field"), say("count")), odd)
    failures = [
        (rule, visible(reason), page.number(count))
        for (rule, reason), count in tallies.failures.most_common(FAILURES_LISTED)
    ]
    page.table("", (say("failure"), say("reason"), say("count")), failures, words=2)
    skipped = [
        (visible(skip.place.say(language)), visible(skip.reason.say(language)))
        for skip in tallies.skipped[:SKIPPED_LISTED]
    ]
    more = tallies.skipped_count - len(skipped)
    if more > 0:
        skipped.append((say("more_skipped", count=number(more, language)), ""))
    page.table("", (say("skipped"), say("reason")), skipped, words=2)
