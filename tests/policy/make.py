"""Builds messages, inspections and an assembly for tests, with ordinary values for all that a test doesn't name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.domain.facts import NO_FACTS, Facts
from bot.domain.judgement import Span
from bot.domain.message import Attachment, Channel, Member, Message, MessageRef, PlatformName
from bot.i18n import Phrase
from bot.policy.detection import ALWAYS, FIRST_SCAN_ID, Answer, Detector
from bot.policy.history import History
from bot.policy.inspection import Inspection
from bot.policy.scan import Scan
from bot.policy.signals.base import ListEntry, Path, Signal, Term
from bot.policy.watch import NOTHING_WATCHED, Watch

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CHANNEL = Channel(platform=PlatformName.DISCORD, workspace="W", id="C1", name="help")


def member(key: str = "m1", **fields: Any) -> Member:
    """Return a member of whom nothing is known but what is given."""
    return Member(key=key, **fields)


def attachment(name: str = "photo.png", **fields: Any) -> Attachment:
    """Return a file of which nothing is known but its name and what is given."""
    return Attachment(id=fields.pop("id", f"file-{name}"), name=name, **fields)


def message(text: str = "", *, id: str = "1", **fields: Any) -> Message:
    """Return a message posted at noon in #help; `fields` are those of `Message`."""
    channel = fields.setdefault("channel", CHANNEL)
    fields.setdefault("author", member())
    fields.setdefault("at", NOON)
    ref = MessageRef(platform=channel.platform, workspace=channel.workspace, channel=channel.id, message=id)
    return Message(ref=ref, text=text, **fields)


def inspection(
    text: str = "",
    *,
    languages: Collection[str] = ("en",),
    facts: Facts = NO_FACTS,
    history: History | None = None,
    spans: Mapping[int, tuple[Span, ...]] | None = None,
    focus: tuple[Span, ...] = (),
    zone: str = "UTC",
    now: datetime | None = None,
    **fields: Any,
) -> Inspection:
    """Return the inspection of one message; what isn't named here is a field of `Message`."""
    judged = message(text, **fields)
    return Inspection(
        message=judged,
        facts=facts,
        history=history if history is not None else History(),
        now=now or judged.at,
        at=judged.at.timestamp(),
        languages=frozenset(languages),
        zone=zone,
        scan=Scan(spans=spans or {}),
        wants=[],
        counted=[],
        focus=focus,
    )


@dataclass(kw_only=True)
class Bench:
    """An assembly that holds lists and roles in memory and writes down what was asked of it."""

    #: entries by list name
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: platform ids by role name
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: problems reported, with their path
    errors: list[tuple[Phrase, Path]] = field(default_factory=list)
    #: registered term groups, in order of their scan ids
    groups: list[tuple[tuple[Term, ...], tuple[Term, ...], bool, bool, bool]] = field(default_factory=list)
    #: registered patterns, in order of their scan ids
    patterns: list[tuple[str, bool]] = field(default_factory=list)
    #: seconds of history asked for
    kept: list[float] = field(default_factory=list)
    #: series of the history that were asked for
    series: Watch = NOTHING_WATCHED
    #: whether copies were watched for, and near ones
    watched: list[bool] = field(default_factory=list)
    #: nested conditions by the raw value that stands for them
    conditions: Mapping[str, Detector] = field(default_factory=dict)

    def terms(
        self,
        terms: tuple[Term, ...],
        *,
        allow: tuple[Term, ...] = (),
        contains: bool = False,
        typos: bool = False,
        in_names: bool = False,
        path: Path = (),
    ) -> int:
        """Return an even scan id for the group."""
        group = (terms, allow, contains, typos, in_names)
        if group not in self.groups:
            self.groups.append(group)
        return FIRST_SCAN_ID + 2 * self.groups.index(group)

    def pattern(self, source: str, *, folded: bool = False, path: Path = ()) -> int | None:
        """Return an odd scan id for the pattern."""
        if (source, folded) not in self.patterns:
            self.patterns.append((source, folded))
        return FIRST_SCAN_ID + 1 + 2 * self.patterns.index((source, folded))

    def read_list(self, name: str, *, path: Path = ()) -> tuple[ListEntry, ...]:
        """Return the entries given for that name; report a name without any."""
        if name not in self.lists:
            self.error(Phrase("test.missing_list", (("name", name),)), path=path)
        return tuple(
            ListEntry(text=text, place=f"lists/{name}.txt:{number}")
            for number, text in enumerate(self.lists.get(name, ()), 1)
        )

    def condition(self, raw: Any, *, path: Path = ()) -> Detector:
        """Return the detector given for `raw`, or one that always answers False."""
        return self.conditions.get(str(raw)) or Detector(key=f"test:{raw}", anchors=ALWAYS, probe=lambda _: False)

    def role_ids(self, name: str, *, path: Path = ()) -> frozenset[str]:
        """Return the ids given for the role and its name; report an unknown name."""
        if name not in self.roles:
            self.error(Phrase("test.unknown_role", (("name", name),)), path=path)
        return self.roles.get(name, frozenset()) | {name}

    def watch(self, watch: Watch) -> None:
        """Join what is watched."""
        self.series |= watch

    def keep_history(self, seconds: float) -> None:
        """Write down how far back the history has to reach."""
        self.kept.append(seconds)

    def error(self, problem: Phrase, *, path: Path = (), suggestion: str = "") -> None:
        """Write down the problem."""
        self.errors.append((problem, path))


def detector(signal: Signal, value: Any = True, bench: Bench | None = None) -> Detector:
    """Return the detector that `signal: value` in a policy compiles to."""
    return signal.build(signal.params.model_validate(value), bench or Bench())


def probe(signal: Signal, value: Any, inspected: Inspection, bench: Bench | None = None) -> Answer:
    """Return what `signal: value` answers for one message."""
    return detector(signal, value, bench).probe(inspected)
