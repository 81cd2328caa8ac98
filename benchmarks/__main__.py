"""Runs every case in processes of its own, and prints what was found beside what has to be reached.

`python -m benchmarks [--quick] [--only CASE …]`; everything found is written to `out/benchmarks.json`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.process import MEGABYTE, middle, pin, postgresql_answers
from benchmarks.targets import page, rows, table

_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"
_OUT = Path("out", "benchmarks.json")
_TERMS = 10_000
_POLICIES, _COMMUNITY = "policies", "harbour"
_COMMUNITY_MADE = "made"

Figures = dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much is measured."""

    #: whole processes a case
    runs: int
    #: messages for throughput and single times
    messages: int
    #: messages for growth
    growing: int
    #: numbers of terms
    terms: tuple[int, ...]
    #: numbers of rules
    rules: tuple[int, ...]
    #: kinds of export to replay
    kinds: tuple[str, ...]
    #: numbers of messages to replay
    replayed: tuple[int, ...]
    #: crafted messages a shape
    crafted: int
    #: messages an attack
    attacks: int
    #: clean messages
    clean: int
    #: entries of the ledger that is checked
    entries: int
    #: messages taken in; a raid has a tenth
    taken_in: int
    #: actions performed
    actions: int
    #: timers that fire
    timers: int
    #: escalations open
    escalations: int
    #: commands that are given, 50 a second
    commands: int
    #: times that a program is started
    starts: int
    #: violations posted
    violations: int
    #: seconds for which a crowd writes
    crowd: float
    #: seconds of a raid on Discord, and messages of its long run
    raid: float
    million: int


_FULL = Size(
    runs=3,
    messages=50_000,
    growing=20_000,
    terms=(10, 100, 1_000, 10_000, 100_000),
    rules=(50, 500, 5_000),
    kinds=("lines", "discord", "slack"),
    replayed=(50_000, 200_000),
    crafted=5,
    attacks=40,
    clean=50_000,
    entries=1_000_000,
    taken_in=60_000,
    actions=10_000,
    timers=2_000,
    escalations=10_000,
    commands=3_000,
    starts=3,
    violations=200,
    crowd=60.0,
    raid=30.0,
    million=1_000_000,
)
_QUICK = Size(
    runs=1,
    messages=8_000,
    growing=2_000,
    terms=(10, 10_000),
    rules=(50, 500),
    kinds=("discord",),
    replayed=(10_000,),
    crafted=1,
    attacks=5,
    clean=5_000,
    entries=50_000,
    taken_in=8_000,
    actions=1_000,
    timers=200,
    escalations=1_000,
    commands=500,
    starts=1,
    violations=20,
    crowd=10.0,
    raid=3.0,
    million=20_000,
)


def _case(name: str, **given: object) -> Figures:
    """Return the figures of one case, run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.case", name, json.dumps(given)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(done.stdout) or {}
    return figures


def _often(runs: int, name: str, **given: object) -> Figures:
    return middle([_case(name, **given) for _ in range(runs)])


def _made(folder: Path, name: str, **given: object) -> str:
    """Return a folder of made-up policies, written on first use."""
    target = folder / name
    if not target.exists():
        _case("write_policies", target=str(target), **given)
    return str(target)


def _full(folder: Path) -> str:
    return _made(folder, "rules-500", words=_TERMS, regexes=100, rules=500, windows=True)


def _speed(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for name in ("throughput", "latency"):
        yield name, _often(size.runs, name, policies=_full(folder), messages=size.messages, listed=_TERMS)


def _growth(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for name, folders in (
        ("terms", [_made(folder, f"terms-{words}", words=words) for words in size.terms]),
        (
            "rules",
            [
                _made(folder, f"rules-{rules}", words=_TERMS, regexes=100, rules=rules, windows=True)
                for rules in size.rules
            ],
        ),
    ):
        # the terms that are hit are among those of every folder, so that all find the same
        yield name, _often(size.runs, "growth", policies=folders, messages=size.growing, listed=min(size.terms))


def _crafted(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    yield "worst", _case("worst", policies=_full(folder), messages=1_000, listed=_TERMS, variants=size.crafted)


def _loading(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for words in size.terms[-2:]:
        policies = _made(folder, f"terms-{words}", words=words)
        yield f"load {words}", _often(size.runs, "load", policies=policies, community=_COMMUNITY_MADE)
    yield "load rules", _often(size.runs, "load", policies=_full(folder), community=_COMMUNITY_MADE)


def _peers(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for words, searched, censored in ((1_000, 200, 50), (10_000, 30, 0)):
        policies = _made(folder, f"terms-{words}", words=words)
        given = {"words": words, "searched": searched, "censored": censored, "messages": size.growing}
        yield f"peers {words}", _often(size.runs, "peers", policies=policies, **given)


def _replays(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    policies = _full(folder)
    for messages in size.replayed:
        for kind in size.kinds:
            target = folder / f"{kind}{messages}{'.jsonl' if kind == 'lines' else ''}"
            _case("write_export", kind=kind, target=str(target), messages=messages, listed=_TERMS)
            # the largest is for its memory, and long enough to be told once
            runs = size.runs if messages < max(size.replayed) else 1
            yield f"replay {kind} {messages}", middle([_replay(target, policies, messages) for _ in range(runs)])


def _replay(export: Path, policies: str, messages: int) -> Figures:
    """Return what `locum replay` takes from start to end, and its peak memory."""
    lines = export.parent / "replay.jsonl"
    command = [sys.executable, "-m", "bot.cli", "replay", str(export), "--policies", policies, "--json", str(lines)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)
    taken = used.ru_utime + used.ru_stime
    with lines.open(encoding="utf-8") as file:
        counted = json.loads(file.readlines()[-1])["summary"]["messages"]
    assert counted == messages, f"{counted} of {messages} messages were judged"
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MEGABYTE
    return {"messages/s": messages / taken, "peak MB": memory, "seconds": taken}


def _evasion(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    given = {"policies": _POLICIES, "community": _COMMUNITY, "count": size.attacks, "clean": size.clean}
    yield "evasion", _case("evasion", **given)


def _ledger(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for sealed in (False, True):
        name = "append sealed" if sealed else "append"
        entries = size.entries // 20
        runs = [
            _case("append_entries", target=str(folder / f"{name}{run}.sqlite"), entries=entries, sealed=sealed)
            for run in range(size.runs)
        ]
        yield name, middle(runs)
    target = str(folder / "ledger.sqlite")
    _case("write_ledger", target=target, entries=size.entries)
    for whole in (False, True):
        figures = _often(size.runs, "verify_ledger", target=target, entries=size.entries, whole=whole)
        yield "verify whole" if whole else "verify signed", figures | {"entries": size.entries}


def _kinds() -> tuple[str, ...]:
    """Return the databases at hand."""
    if postgresql_answers():
        return ("sqlite", "postgresql")
    print("no PostgreSQL on 127.0.0.1:5432: its figures are left out", file=sys.stderr)
    return ("sqlite",)


def _intake(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    given = {"policies": _full(folder), "listed": _TERMS}
    for kind in _kinds():
        for case, messages, more in (
            ("taking_in", size.taken_in, {}),
            ("raid", size.taken_in // 10, {}),
            ("paced", min(size.taken_in, 10_000), {"pace": 1_000}),
            ("beside", size.taken_in, {}),
        ):
            yield f"{case} {kind}", _often(size.runs, case, kind=kind, messages=messages, **given, **more)


def _acting(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for kind in _kinds():
        yield f"acting {kind}", _often(size.runs, "acting", kind=kind, actions=size.actions)
        yield f"timers {kind}", _case("timers", kind=kind, count=size.timers)


def _commanding(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for kind in _kinds():
        yield f"commanding {kind}", _case("commanding", kind=kind, commands=size.commands, pace=50)


def _escalating(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    for kind in _kinds():
        yield f"escalating {kind}", _case("escalating", kind=kind, count=size.escalations)


def _authority(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    yield "authority", _often(size.runs, "authority", policies=_POLICIES, community=_COMMUNITY)


def _rehearsal(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    yield "starting", _case("starting", runs=size.starts)
    yield "handled", _case("handled", count=size.violations)
    yield "crowded", _case("crowded", seconds=size.crowd, rate=500)


def _discord(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    yield "discord paced", _case("discord_paced", rate=200, seconds=size.crowd)
    yield "discord raid", _case("discord_raid", rate=2_000, seconds=size.raid, accounts=500)
    yield "discord million", _case("discord_million", messages=size.million, rate=1_500)
    yield "discord flapping", _case("discord_flapping", hours=1.0, speed=60.0)


def _slack(size: Size, folder: Path) -> Iterator[tuple[str, Figures]]:
    yield "slack paced", _case("slack_paced", rate=100, seconds=20)
    yield "slack flood", _case("slack_flood", rate=100, seconds=5 * size.crowd)


_PARTS = {
    "speed": _speed,
    "growth": _growth,
    "crafted": _crafted,
    "loading": _loading,
    "peers": _peers,
    "replay": _replays,
    "evasion": _evasion,
    "ledger": _ledger,
    "intake": _intake,
    "acting": _acting,
    "authority": _authority,
    "escalating": _escalating,
    "commanding": _commanding,
    "rehearsal": _rehearsal,
    "discord": _discord,
    "slack": _slack,
}


def _machine() -> str:
    """Return what this runs on, without naming the machine."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    kind = names[0] if names else platform.machine()
    return f"one core of {kind}, {platform.system()}, Python {platform.python_version()}"


def _write_page(target: Path, figures: str) -> None:
    before, begin, rest = target.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    assert end, f"{target} has no marks {_BEGIN} and {_END}"
    target.write_text(f"{before}{begin}\n{figures}\n{end}{after}", encoding="utf-8")


def main() -> int:
    """Print the table, write all figures, and return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed, memory and recall.")
    parser.add_argument("--quick", action="store_true", help="a small run, a few minutes")
    parser.add_argument("--only", action="append", choices=list(_PARTS), help="only this part")
    parser.add_argument("--docs", type=Path, help="put the table into this page, between its two marks")
    arguments = parser.parse_args()
    size = _QUICK if arguments.quick else _FULL
    pin()
    results: dict[str, Figures] = {}
    begun, failed = perf_counter(), False
    with TemporaryDirectory() as made:
        for name in arguments.only or _PARTS:
            print(f"{name} …", file=sys.stderr, end=" ", flush=True)
            started = perf_counter()
            try:
                results.update(_PARTS[name](size, Path(made)))
            except subprocess.CalledProcessError as error:
                failed = True
                print(f"\n{name} failed: {error}\n{error.stderr or ''}", file=sys.stderr)
            print(f"{perf_counter() - started:.0f} s", file=sys.stderr)
    found = [row for row in rows(results) if row.figure is not None or not arguments.only]
    print(f"{_machine()}; {'quick' if arguments.quick else 'full'} run of {perf_counter() - begun:.0f} s")
    print(table(found))
    _OUT.parent.mkdir(exist_ok=True)
    told = {"machine": _machine(), "size": asdict(size), "figures": results}
    _OUT.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if arguments.docs is not None:
        _write_page(arguments.docs, f"Measured on {_machine()}.\n\n{page(found)}")
    return int(failed or any(row.met is False for row in found))


if __name__ == "__main__":
    sys.exit(main())
