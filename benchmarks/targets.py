"""What has to be reached, and the table that says whether it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Results = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the table."""

    #: what was measured
    title: str
    #: the figure; None when it was not measured in this run
    figure: float | None
    #: its unit
    unit: str
    #: the least or the most that is accepted; None where a figure only informs
    limit: float | None = None
    #: True when more is better
    more: bool = False
    #: what the figure belongs to, where it is the worst of many
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a figure."""
        if self.limit is None or self.figure is None:
            return None
        return self.figure >= self.limit if self.more else self.figure <= self.limit


def rows(results: Results) -> list[Row]:
    """Return the whole table."""
    parts = (
        _speed,
        _growth,
        _crafted,
        _loading,
        _peers,
        _replays,
        _evasion,
        _ledger,
        _intake,
        _acting,
        _authority,
        _commanding,
        _escalating,
        _rehearsal,
        _discord,
        _slack,
    )
    return [row for part in parts for row in part(results)]


def _figure(results: Results, case: str, name: str) -> float | None:
    return results.get(case, {}).get(name)


def _speed(results: Results) -> list[Row]:
    def row(title: str, case: str, name: str, unit: str, limit: float | None, *, more: bool = False) -> Row:
        return Row(title=title, figure=_figure(results, case, name), unit=unit, limit=limit, more=more)

    return [
        row("evaluator, each message new", "throughput", "cold messages/s", "messages/s", 40_000, more=True),
        row("evaluator, the same messages again", "throughput", "warm messages/s", "messages/s", None, more=True),
        row("one message, p50", "latency", "p50 µs", "µs", None),
        row("one message, p99", "latency", "p99 µs", "µs", 250),
        row("one message, p99.9", "latency", "p99.9 µs", "µs", 1_000),
    ]


def _growth(results: Results) -> list[Row]:
    made = []
    for case, limit in (("terms", 1.6), ("rules", 1.2)):
        figures = {int(name): figure for name, figure in results.get(case, {}).items()}
        made += [Row(title=f"a message, {count:,} {case}", figure=figures[count], unit="µs") for count in figures]
        if figures:
            few, many = min(figures), max(figures)
            title = f"growth from {few:,} to {many:,} {case}"
            made.append(Row(title=title, figure=figures[many] / figures[few], unit="times", limit=limit))
    return made


def _crafted(results: Results) -> list[Row]:
    made = []
    for title, ending, unit, limit in (
        ("worst crafted message, 4,000 characters", " ms", "ms", 5),
        ("worst growth from 4,000 to 40,000", " growth", "times", 15),
    ):
        found = {name: value for name, value in results.get("worst", {}).items() if name.endswith(ending)}
        worst = max(found, key=lambda name: found[name], default="")
        note = worst.removesuffix(ending)
        made.append(Row(title=title, figure=found.get(worst), unit=unit, limit=limit, note=note))
    return made


def _loading(results: Results) -> list[Row]:
    made = []
    for case, title, limit in (
        ("load 10000", "10,000 terms", 0.5),
        ("load 100000", "100,000 terms", 4),
        ("load rules", "10,000 terms, 100 patterns, 500 rules", None),
    ):
        made += [
            Row(title=f"load and compile {title}", figure=_figure(results, case, "load s"), unit="s", limit=limit),
            Row(title=f"  the whole process, {title}", figure=_figure(results, case, "process s"), unit="s"),
            Row(title=f"  peak memory, {title}", figure=_figure(results, case, "peak MB"), unit="MB"),
        ]
    return made


def _peers(results: Results) -> list[Row]:
    made = []
    for case in ("peers 1000", "peers 10000"):
        for name, figure in results.get(case, {}).items():
            words = f"{int(case.split()[1]):,} terms"
            if name.startswith("times "):
                made.append(
                    Row(title=f"{words}: faster than {name.removeprefix('times ')}", figure=figure, unit="times")
                )
            else:
                title = f"{words}: {name.removesuffix(' messages/s')}"
                made.append(Row(title=title, figure=figure, unit="messages/s"))
    return made


def _replays(results: Results) -> list[Row]:
    made = []
    for case, figures in results.items():
        if case.startswith("replay "):
            _, kind, count = case.split()
            title = f"replay, {kind}, {int(count):,} messages"
            rate, memory = figures["messages/s"], figures["peak MB"]
            made.append(Row(title=title, figure=rate, unit="messages/s", limit=15_000, more=True))
            made.append(Row(title=title.replace("replay", "  peak memory"), figure=memory, unit="MB", limit=300))
    return made


def _evasion(results: Results) -> list[Row]:
    clean = _figure(results, "evasion", "clean messages") or 0
    return [
        Row(title=title, figure=_figure(results, "evasion", name), unit=unit, limit=limit, more=more)
        for title, name, unit, limit, more in (
            ("disguised words found, attacks tuned on", "tuned %", "%", None, True),
            ("disguised words found, attacks held out", "held out %", "%", 95, True),
            (f"false flags among {clean:,.0f} clean messages", "false flags", "", 1, False),
        )
    ]


def _ledger(results: Results) -> list[Row]:
    made = [
        Row(title=title, figure=_figure(results, case, "entries/s"), unit="entries/s", limit=limit, more=True)
        for title, case, limit in (
            ("entries recorded, batches of 256, SQLite", "append", 20_000),
            ("the same, each with a sealed value", "append sealed", 3_000),
        )
    ]
    for case, what, seconds in (("verify signed", "tree and checkpoints", 5), ("verify whole", "everything", 30)):
        entries = _figure(results, case, "entries") or 1_000_000
        title = f"{what} of {entries:,.0f} entries verified"
        # the target is a million's; a smaller ledger has its share
        limit = seconds * entries / 1_000_000
        made.append(Row(title=title, figure=_figure(results, case, "seconds"), unit="s", limit=limit))
        made.append(Row(title="  peak memory", figure=_figure(results, case, "peak MB"), unit="MB"))
    return made


_NAMED = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _intake(results: Results) -> list[Row]:
    made = []
    for kind, least in (("sqlite", 12_000), ("postgresql", 10_000)):
        name = _NAMED[kind]
        for title, case, figure, unit, limit in (
            (f"accepted, judged, stored, 1 % with findings, {name}", "taking_in", "messages/s", "messages/s", least),
            (
                "the same, every message with findings",
                "raid",
                "messages/s",
                "messages/s",
                1_500 if kind == "sqlite" else None,
            ),
            ("from accepted to committed at 1,000/s, p50", "paced", "p50 ms", "ms", None),
            ("from accepted to committed at 1,000/s, p99", "paced", "p99 ms", "ms", 30),
            ("a command beside a full intake, p50", "beside", "p50 ms", "ms", None),
            ("a command beside a full intake, p99", "beside", "p99 ms", "ms", 25 if kind == "sqlite" else None),
        ):
            found = _figure(results, f"{case} {kind}", figure)
            made.append(Row(title=title, figure=found, unit=unit, limit=limit, more=unit == "messages/s"))
    return made


def _acting(results: Results) -> list[Row]:
    made = []
    for kind, name in _NAMED.items():
        done = _figure(results, f"acting {kind}", "actions/s")
        late = _figure(results, f"timers {kind}", "p99 ms")
        title = f"actions against an instant platform, one worker, {name}"
        made.append(Row(title=title, figure=done, unit="actions/s", limit=150, more=True))
        title = f"timers late, three processes and eight kills, p99, {name}"
        made.append(Row(title=title, figure=late, unit="ms", limit=1_000))
    return made


def _commanding(results: Results) -> list[Row]:
    made = []
    for kind, name in _NAMED.items():
        for share, limit in (("p50", None), ("p99", 25 if kind == "sqlite" else None)):
            figure = _figure(results, f"commanding {kind}", f"{share} ms")
            title = f"from a command to its committed decision at 50/s, {share}, {name}"
            made.append(Row(title=title, figure=figure, unit="ms", limit=limit))
    return made


def _escalating(results: Results) -> list[Row]:
    made = []
    for kind, name in _NAMED.items():
        for title, figure, unit, limit in (
            ("steps late, 10,000 escalations open, p50", "p50 ms", "ms", None),
            ("steps late, 10,000 escalations open, p99", "p99 ms", "ms", 2_000),
            ("all of them gone on after a standstill", "resumed s", "s", 30),
        ):
            found = _figure(results, f"escalating {kind}", figure)
            made.append(Row(title=f"{title}, {name}", figure=found, unit=unit, limit=limit))
    return made


def _authority(results: Results) -> list[Row]:
    return [
        Row(title="what somebody may do, p50", figure=_figure(results, "authority", "p50 µs"), unit="µs", limit=10),
        Row(title="what somebody may do, p99", figure=_figure(results, "authority", "p99 µs"), unit="µs"),
    ]


def _rehearsal(results: Results) -> list[Row]:
    return [
        Row(title=title, figure=_figure(results, case, figure), unit=unit, limit=limit, more=unit == "posts/s")
        for title, case, figure, unit, limit in (
            ("from `locum run` to its page answering", "starting", "start s", "s", 3),
            ("  the same on no data yet", "starting", "new s", "s", None),
            ("  its processor time", "starting", "start CPU s", "s", None),
            ("from a posted violation to its being gone on the page, p50", "handled", "p50 ms", "ms", None),
            ("from a posted violation to its being gone on the page, p99", "handled", "p99 ms", "ms", 300),
            ("50 members write for a minute", "crowded", "posts/s", "posts/s", 490),
            ("  posts that were never judged", "crowded", "lost", "", 0),
            ("  a page meanwhile, p50", "crowded", "page p50 ms", "ms", None),
            ("  a page meanwhile, p99", "crowded", "page p99 ms", "ms", None),
            ("  growth of memory after 20 s", "crowded", "growth MB", "MB", None),
        )
    ]


def _discord(results: Results) -> list[Row]:
    return [
        Row(title=title, figure=_figure(results, f"discord {case}", figure), unit=unit, limit=limit, more=more)
        for title, case, figure, unit, limit, more in (
            ("from a message on Discord to its deletion asked for at 200/s, p50", "paced", "p50 ms", "ms", None, False),
            ("from a message on Discord to its deletion asked for at 200/s, p99", "paced", "p99 ms", "ms", 60, False),
            ("a raid of 2,000/s from 500 accounts for 30 s: never judged", "raid", "lost", "", 0, False),
            ("  invitations paused after", "raid", "closed s", "s", None, False),
            ("  accounts in quarantine in the end", "raid", "held", "", 500, True),
            ("  the last of them after", "raid", "held s", "s", None, False),
            ("  messages that still stand in the end", "raid", "standing", "", 0, False),
            ("  the last of them gone after", "raid", "cleared s", "s", None, False),
            ("  calls that deleted several messages", "raid", "bulk", "", None, False),
            ("  calls that deleted one", "raid", "single", "", None, False),
            ("  a slash command meanwhile, p50", "raid", "answer p50 ms", "ms", None, False),
            ("  a slash command meanwhile, the slowest", "raid", "answer max ms", "ms", 1_000, False),
            ("  requests off Discord's description", "raid", "off", "", 0, False),
            ("growth of memory over many messages, once a fifth filled it", "million", "growth %", "%", 5, False),
            ("  messages that were never judged", "million", "lost", "", 0, False),
            ("sessions begun in an hour of breaking connections", "flapping", "identified", "", 49, False),
        )
    ]  # fmt: skip


def _slack(results: Results) -> list[Row]:
    return [
        Row(title=title, figure=_figure(results, f"slack {case}", figure), unit=unit, limit=limit)
        for title, case, figure, unit, limit in (
            ("from a message on Slack to its deletion asked for at 100/s, p50", "paced", "p50 ms", "ms", None),
            ("from a message on Slack to its deletion asked for at 100/s, p99", "paced", "p99 ms", "ms", 100),
            ("100 messages/s on Slack, killed and cut meanwhile: never judged", "flood", "lost", "", 0),
            ("  decided on twice", "flood", "doubled", "", 0),
            ("  messages that still stand in the end", "flood", "standing", "", 0),
            ("  everything judged after", "flood", "caught up s", "s", None),
            ("  calls off Slack's description", "flood", "off", "", 0),
            ("  calls beyond a limit", "flood", "over", "", 0),
            ("  texts that call everybody", "flood", "pings", "", 0),
        )
    ]


def table(found: Sequence[Row]) -> str:
    """Return the table for a terminal."""
    width = max((len(row.title) for row in found), default=0)
    lines = []
    for row in found:
        figure = f"{_number(row.figure)} {row.unit}".rstrip()
        lines.append(f"{row.title:{width}}  {figure:20}{_target(row):10}{_VERDICTS[row.met]:8}{row.note}".rstrip())
    return "\n".join(lines)


def page(found: Sequence[Row]) -> str:
    """Return the table for a page in Markdown."""
    lines = ["| Measured | Figure | Target | |", "|---|--:|--:|---|"]
    for row in found:
        figure = f"{_number(row.figure)} {row.unit}".rstrip()
        verdict = ": ".join(filter(None, (_VERDICTS[row.met].lower(), row.note)))
        lines.append(f"| {row.title.strip()} | {figure} | {_target(row)} | {verdict} |")
    return "\n".join(lines)


_VERDICTS = {True: "met", False: "MISSED", None: ""}


def _target(row: Row) -> str:
    return "" if row.limit is None else f"{'≥' if row.more else '≤'} {row.limit:,g}"


def _number(figure: float | None) -> str:
    if figure is None:
        return "not run"
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:,.3g}"
