"""`words`: words and phrases, as a reader sees them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, StrictBool

from bot.i18n import phrase
from bot.policy.detection import Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.schema.types import Language, Name, Names
from bot.policy.signals.base import Assembly, Detector, Params, Path, Signal, Term, key_of

#: terms of more characters are no words any more
_LONGEST = 200


def as_list(value: Any) -> Any:
    """Return a bare text as a list of one."""
    return [value] if isinstance(value, str) else value


Terms = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=_LONGEST)], ...], BeforeValidator(as_list)]


class WordsParams(Params):
    """What to look for, and what to let pass."""

    short: ClassVar[str | None] = "terms"

    terms: Terms = Field(
        default=(), description="Words and phrases; a `*` at an end means that the word may go on there."
    )
    lists: dict[Language, Names] | Names = Field(
        default=(),
        description="List files by name; with a language in front, only in channels that have this language.",
    )
    allow: Terms = Field(default=(), description="Words and phrases inside which nothing is found.")
    contains: StrictBool = Field(default=False, description="Also inside longer words: many false alarms.")
    typos: StrictBool = Field(
        default=False, description="Also with one letter wrong, missing, too many or swapped, from five letters on."
    )


def listed(lists: Mapping[str, tuple[Name, ...]] | tuple[Name, ...]) -> Iterator[tuple[Path, str | None, Name]]:
    """Yield the lists that are named: where, for which language, and their name."""
    if isinstance(lists, Mapping):
        for language, names in lists.items():
            for index, name in enumerate(names):
                yield ("lists", language, index), language, name
    else:
        for index, name in enumerate(lists):
            yield ("lists", index), None, name


def collect_terms(params: WordsParams, assembly: Assembly) -> tuple[Term, ...]:
    """Return the terms given inline and in list files."""
    terms = list(inline(params.terms, "terms"))
    for path, language, name in listed(params.lists):
        terms += [
            Term(text=entry.text, language=language, path=path, place=entry.place)
            for entry in assembly.read_list(name, path=path)
        ]
    return tuple(terms)


def inline(texts: tuple[str, ...], key: str) -> tuple[Term, ...]:
    """Return the terms that stand under one key of the parameters."""
    return tuple(Term(text=text, path=(key, index)) for index, text in enumerate(texts))


def build(params: WordsParams, assembly: Assembly) -> Detector:
    """Return a detector that holds where one of the terms is seen, whatever its spelling."""
    allow = inline(params.allow, "allow")
    terms = collect_terms(params, assembly)
    if not params.terms and not params.lists:
        assembly.error(phrase("compile.no_terms"))
    group = assembly.terms(terms, allow=allow, contains=params.contains, typos=params.typos)

    def probe(inspection: Inspection) -> Answer:
        spans = inspection.scan.at(group)
        return Evidence(spans=spans) if spans else False

    return Detector(key=key_of("words", params), anchors=frozenset({group}), probe=probe)


SIGNAL = Signal(
    name="words",
    summary="One of these words or phrases is seen, as written or in a disguised spelling.",
    family="text",
    params=WordsParams,
    example="words: {terms: [idiot, shut up, moron*], allow: [The Idiot]}",
    build=build,
)
