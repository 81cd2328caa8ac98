"""Collects what all rules look for while they are compiled, so that one scan serves them all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.i18n import Phrase, phrase
from bot.policy.conditions import all_of, any_of, none_of, remembering
from bot.policy.detection import FIRST_SCAN_ID, Detector, Trigger
from bot.policy.links import LINK_HINT
from bot.policy.patterns import build_patterns, fault_of
from bot.policy.places import Path, Place
from bot.policy.problems import Problem, ProblemLog, closest, shown
from bot.policy.scanner import Scanner
from bot.policy.schema.condition import AllOf, AnyOf, Condition, Not, read_condition
from bot.policy.signals.base import ListEntry, Term
from bot.policy.source import Draft
from bot.policy.text.lexicon import Owner, Request, build_lexicon
from bot.policy.text.reader import build_reader
from bot.policy.watch import NOTHING_WATCHED, Watch

Group = tuple[tuple[Term, ...], tuple[Term, ...], bool, bool, bool]


@dataclass(kw_only=True)
class Workshop:
    """What was asked for so far, over all rules of a community."""

    #: the policies as read: lists, roles
    draft: Draft
    #: term group → scan id
    groups: dict[Group, int] = field(default_factory=dict)
    #: (pattern, folded) → scan id
    patterns: dict[tuple[str, bool], int] = field(default_factory=dict)
    #: keys of conditions that count events, or hold one that does
    counting: set[str] = field(default_factory=set)
    #: series that windows keep
    watch: Watch = NOTHING_WATCHED
    #: seconds that windows reach back
    keep: float = 0.0

    def scan_id(self) -> int:
        """Return the next free scan id."""
        return FIRST_SCAN_ID + len(self.groups) + len(self.patterns)

    def scanner(self) -> Scanner:
        """Return the scanner of everything that was asked for."""
        texts = [one for group, scan_id in self.groups.items() if not group[4] for one in _requests(group, scan_id)]
        names = [one for group, scan_id in self.groups.items() if group[4] for one in _requests(group, scan_id)]
        raw = {int(Trigger.LINK): LINK_HINT}
        raw |= {scan_id: source for (source, folded), scan_id in self.patterns.items() if not folded}
        return Scanner(
            reader=build_reader(build_lexicon(texts)),
            name_reader=build_reader(build_lexicon(names)) if names else None,
            raw=build_patterns(raw),
            folded=build_patterns({scan_id: source for (source, folded), scan_id in self.patterns.items() if folded}),
        )


def _requests(group: Group, scan_id: int) -> list[Request]:
    terms, allow, contains, typos, _ = group
    found = [
        Request(text=term.text, owner=Owner(group=scan_id, language=term.language), contains=contains, typos=typos)
        for term in terms
    ]
    found += [Request(text=term.text, owner=Owner(group=scan_id, allows=True)) for term in allow]
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleAssembly:
    """What a signal may ask for while it is compiled, at its place in a file."""

    #: shared by all rules
    workshop: Workshop
    #: notes errors
    log: ProblemLog
    #: where the signal's parameters stand
    at: Path

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
        """Register literals as one group and return its scan id; equal groups share one."""
        for term in (*terms, *allow):
            fault = _fault(term.text)
            if fault is not None:
                self._note_term(term, fault, (*path, *term.path))
        group = (terms, allow, contains, typos, in_names)
        return self.workshop.groups.setdefault(group, self.workshop.scan_id())

    def pattern(self, source: str, *, folded: bool = False, path: Path = ()) -> int | None:
        """Register an RE2 pattern and return its scan id, or None after noting why it can't be used."""
        fault = fault_of(source)
        if fault is not None:
            kind, detail = fault
            self.error(phrase(f"compile.pattern_{kind}", detail=detail), path=path)
            return None
        return self.workshop.patterns.setdefault((source, folded), self.workshop.scan_id())

    def read_list(self, name: str, *, path: Path = ()) -> tuple[ListEntry, ...]:
        """Return a list's entries; a missing one is noted."""
        lists = self.workshop.draft.lists
        if name not in lists.paths:
            self.error(phrase("check.unknown_list", name=name), path=path, suggestion=closest(name, lists.paths))
        return lists.read(name) or ()

    def role_ids(self, name: str, *, path: Path = ()) -> frozenset[str]:
        """Return the platform ids of a role and its name, by which exports know it."""
        return role_ids(self.workshop.draft, name, lambda known: self.error(
            phrase("check.unknown_role", name=name), path=path, suggestion=closest(name, known)
        ))  # fmt: skip

    def condition(self, raw: Any, *, path: Path = ()) -> Detector:
        """Compile a nested condition; what counts it is known to be counting."""
        silent = ProblemLog(document=self.log.document, found=[], origins=self.log.origins)
        condition = read_condition(raw, (*self.at, *path), silent)
        return _NEVER if condition is None else compile_condition(condition, self.workshop, self.log)

    def watch(self, watch: Watch) -> None:
        """Ask that the history keeps these series too."""
        self.workshop.watch |= watch

    def keep_history(self, seconds: float) -> None:
        """Ask that the history reaches at least so far back."""
        self.workshop.keep = max(self.workshop.keep, seconds)

    def _note_term(self, term: Term, fault: Phrase, path: Path) -> None:
        """Note what is wrong with a term, in the list's own file where it stands in one."""
        if not term.place:
            self.error(fault, path=path)
            return
        file, _, line = term.place.rpartition(":")
        place = Place(file=file, line=int(line), source=term.text)
        self.log.found.append(Problem(place=place, message=fault))

    def error(self, problem: Phrase, *, path: Path = (), suggestion: str = "") -> None:
        """Note an error at a place below the signal's parameters."""
        self.log.error(problem, (*self.at, *path), suggestion=suggestion)


#: end sentences everywhere, so they are no term
_FULL_STOPS = ". …"


def _fault(text: str) -> Phrase | None:
    """Return why nothing could be found by a term, or None when it is sound."""
    inner = text.strip("* ")
    if not any(map(str.isprintable, inner)) or not inner.strip(_FULL_STOPS):
        return phrase("compile.empty_term")
    return phrase("compile.star_inside", term=shown(text)) if "*" in text.strip("*") else None


#: stands for a condition that has errors
_NEVER = Detector(key="never", anchors=frozenset(), probe=lambda _: False)


def role_ids(draft: Draft, name: str, unknown: Callable[[tuple[str, ...]], None]) -> frozenset[str]:
    """Return a role's platform ids and its name; calls `unknown` with the known names where there is no such role."""
    known = draft.community.roles if draft.community is not None else {}
    role = known.get(name)
    if role is None:
        unknown(tuple(known))
        return frozenset({name})
    group = role.slack_group.rpartition("/")[2] if role.slack_group else None
    return frozenset(found for found in (name, role.discord, role.slack_group, group) if found)


def compile_condition(condition: Condition, workshop: Workshop, log: ProblemLog) -> Detector:
    """Return the detector of a condition tree."""
    match condition:
        case AllOf(conditions=parts):
            made = tuple(compile_condition(part, workshop, log) for part in parts)
            detector = all_of(made, frozenset(workshop.counting)) if len(made) > 1 else made[0]
        case AnyOf(conditions=parts):
            made = tuple(compile_condition(part, workshop, log) for part in parts)
            detector = any_of(made) if len(made) > 1 else made[0]
        case Not(condition=part):
            made = (compile_condition(part, workshop, log),)
            detector = none_of(made[0])
        case _:
            made = ()
            assembly = RuleAssembly(workshop=workshop, log=log, at=condition.path)
            detector = remembering(condition.signal.build(condition.params, assembly))
            if condition.signal.name == "count":
                workshop.counting.add(detector.key)
    if any(part.key in workshop.counting for part in made):
        workshop.counting.add(detector.key)
    return detector
