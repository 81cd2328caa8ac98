"""Warns of terms that will find what nobody meant: everyday words, parts of them, and terms that stand twice."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.i18n import Phrase, phrase
from bot.policy.collisions import Collider, everyday_in
from bot.policy.loaded import LoadedGuideline
from bot.policy.places import Document, Place, locate
from bot.policy.policy_set import PolicySet, Rule
from bot.policy.problems import Problem, shown
from bot.policy.schema.condition import AllOf, AnyOf, Condition, Not, Use
from bot.policy.signals.words import WordsParams, listed
from bot.policy.source import Draft
from bot.policy.text.lexicon import Literal, Owner, Request, merge
from bot.policy.tracing import nested

__all__ = ["lint_terms"]

#: so many warnings of one kind are shown of one list
_SHOWN = 5
_SHORT = 2

#: `# ok` or `# ok: reason` at a line's end says that the line is meant as it is
_MEANT = re.compile(r"(?:^|\s)#\s*ok(?::|\s*$)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Term:
    """A term, with all that decides what it may find by mistake."""

    #: as written
    text: str
    #: as it is looked for
    literal: Literal
    #: only in channels with this language; None everywhere
    language: str | None
    #: languages of the channels in which it is looked for
    around: frozenset[str]
    #: what is let pass
    allow: tuple[Literal, ...]
    #: whether seeing it is enough for the rule to match
    decides: bool
    #: where it stands
    place: Place
    #: the list file or condition it belongs to
    group: Place


#: (kind, how common the word is that is found by mistake, the problem)
_Warning = tuple[str, int, Problem]


def lint_terms(policies: PolicySet, draft: Draft) -> list[Problem]:
    """Return warnings of terms that are or lie in everyday words, are very short, or stand in their list twice.

    A line that ends with `# ok` is meant as it is, in list files and in guidelines; so is what the rule allows. The
    commonest of each list are named and the others counted.
    """
    terms = list(_terms(policies, draft))
    found: dict[Place, dict[_Warning, None]] = {}
    for term, warning in (*_collisions(terms), *_short(terms), *_twice(terms)):
        if not _MEANT.search(term.place.source):
            found.setdefault(term.group, {})[warning] = None
    return [problem for group, warnings in found.items() for problem in _shortened(group, warnings)]


def _shortened(group: Place, warnings: Iterable[_Warning]) -> Iterator[Problem]:
    by_kind: dict[str, list[_Warning]] = {}
    for warning in warnings:
        by_kind.setdefault(warning[0], []).append(warning)
    for kind, all_of_kind in by_kind.items():
        if len(all_of_kind) > _SHOWN:
            message = phrase(f"compile.many_{kind}", count=len(all_of_kind), shown=_SHOWN)
            yield Problem(place=group, message=message, is_warning=True)
        for _, _, problem in sorted(all_of_kind, key=lambda one: one[1])[:_SHOWN]:
            yield problem


def _warn(kind: str, term: _Term, message: Phrase, rank: int = 0) -> tuple[_Term, _Warning]:
    return term, (kind, rank, Problem(place=term.place, message=message, is_warning=True))


def _short(terms: Iterable[_Term]) -> Iterator[tuple[_Term, _Warning]]:
    for term in terms:
        text = term.literal.text
        if len(text) <= _SHORT and text.isalpha():
            yield _warn("short", term, phrase("compile.term_short", term=shown(term.text)))


def _twice(terms: Iterable[_Term]) -> Iterator[tuple[_Term, _Warning]]:
    first: dict[tuple[Place, str, bool, bool], Place] = {}
    for term in terms:
        literal = term.literal
        key = (term.group, literal.text, literal.open_left, literal.open_right)
        place = first.setdefault(key, term.place)
        if place != term.place:
            text = phrase("compile.term_twice", term=shown(term.text), line=place.line)
            yield _warn("twice", term, text)


def _collisions(terms: list[_Term]) -> Iterator[tuple[_Term, _Warning]]:
    together: dict[frozenset[str], list[_Term]] = {}
    for term in terms:
        together.setdefault(term.around, []).append(term)
    listed_terms = frozenset(term.literal.text for term in terms)
    for around, group in together.items():
        collider = Collider(around, [term.literal for term in group], listed_terms)
        for term in group:
            yield from _collision(term, collider)


def _collision(term: _Term, collider: Collider) -> Iterator[tuple[_Term, _Warning]]:
    common = everyday_in(term.literal, term.language, term.around) if term.decides else None
    if common is not None:
        language, rank = common
        kind = "everyday" if term.language in (None, language) else "elsewhere"
        yield _warn("collisions", term, phrase(f"compile.term_{kind}_{language}", term=shown(term.text)), rank)
    elif (found := collider.find(term.literal, term.allow)) is not None:
        message = phrase(f"compile.term_{found.kind}", term=shown(term.text), words=", ".join(found.words))
        yield _warn("collisions", term, message, found.rank)


def _terms(policies: PolicySet, draft: Draft) -> Iterator[_Term]:
    """Yield every term of every rule, where it stands; of an `unless` none, for it only lets pass."""
    sources = _Sources(draft)
    compiled = {rule.name: rule for rule in policies.rules}
    for guideline in draft.guidelines:
        for rule in guideline.rules:
            if rule.when is not None:
                spoken = _spoken(policies, compiled[f"{guideline.model.guideline}/{rule.model.id}"])
                for use, decides in _uses(rule.when, guideline, decides=True):
                    yield from sources.of(use, guideline.document, spoken, decides=decides)


def _spoken(policies: PolicySet, rule: Rule) -> tuple[frozenset[str], ...]:
    """Return the languages of each channel that a rule holds in, those of unlisted channels included."""
    elsewhere = (frozenset(policies.languages),) if rule.covers(None) else ()
    return (*elsewhere, *(place.languages for place in policies.places if rule.covers(place.name)))


def _uses(condition: Condition, guideline: LoadedGuideline, *, decides: bool) -> Iterator[tuple[Use, bool]]:
    """Yield the signals that look for terms, and whether seeing one is enough."""
    match condition:
        case AllOf(conditions=parts):
            for part in parts:
                yield from _uses(part, guideline, decides=decides and len(parts) == 1)
        case AnyOf(conditions=parts):
            for part in parts:
                yield from _uses(part, guideline, decides=decides)
        case Not():
            return
        case _:
            if isinstance(condition.params, WordsParams):
                # a name is no sentence: that an everyday word is seen in it says something
                yield condition, decides and condition.signal.name == "words"
            for part in nested(condition, guideline.document):
                yield from _uses(part, guideline, decides=False)


class _Sources:
    """The terms of conditions and lists, with the lines they stand in."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._lines: dict[str, list[str]] = {}

    def of(self, use: Use, document: Document, spoken: tuple[frozenset[str], ...], *, decides: bool) -> Iterator[_Term]:
        """Yield the terms of one condition, given inline and by lists; `spoken` is what its channels speak."""
        params = use.params
        if not isinstance(params, WordsParams):
            return
        allow = tuple(literal for text in params.allow for literal in _literals(text, contains=False))
        group = document.at(use.path)

        def term(text: str, language: str | None, place: Place, group: Place) -> Iterator[_Term]:
            around = frozenset[str]().union(*(one for one in spoken if language is None or language in one))
            for literal in _literals(text, contains=params.contains):
                yield _Term(
                    text=text,
                    literal=literal,
                    language=language,
                    around=around,
                    allow=allow,
                    decides=decides,
                    place=place,
                    group=group,
                )

        for index, text in enumerate(params.terms):
            place = document.at(locate(document.data, (*use.path, "terms", index)))
            yield from term(text, None, place, group)
        for _, language, name in listed(params.lists):
            for text, place in self._entries(name):
                yield from term(text, language, place, replace(place, line=1, column=1, source=""))

    def _entries(self, name: str) -> Iterator[tuple[str, Place]]:
        for entry in self._draft.lists.read(name) or ():
            file, _, line = entry.place.rpartition(":")
            yield entry.text, Place(file=file, line=int(line), source=self._line(name, int(line)))

    def _line(self, name: str, number: int) -> str:
        if name not in self._lines:
            path = self._draft.lists.paths[name].relative_to(self._draft.lists.reader.policies)
            text = self._draft.files[path.as_posix()].decode("utf-8")
            self._lines[name] = text.removeprefix("\ufeff").split("\n")
        return self._lines[name][number - 1].removesuffix("\r")


def _literals(text: str, *, contains: bool) -> tuple[Literal, ...]:
    return merge((Request(text=text, owner=Owner(group=0), contains=contains),))
