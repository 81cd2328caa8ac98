"""`regex`: patterns in RE2 syntax."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, StrictBool

from bot.policy.detection import Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.signals.words import as_list

#: longer patterns are better several
_LONGEST = 4_000

Sources = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=_LONGEST)], ...], BeforeValidator(as_list)]


class RegexParams(Params):
    """Patterns, and the text they are looked for in."""

    short: ClassVar[str | None] = "pattern"

    pattern: Sources = Field(min_length=1, description="One pattern or several, in RE2 syntax; `(?i)` ignores case.")
    folded: StrictBool = Field(
        default=False, description="Search the text as it is read, in plain lower-case letters, instead of the raw one."
    )


def build(params: RegexParams, assembly: Assembly) -> Detector:
    """Return a detector that holds where one of the patterns matches."""
    several = len(params.pattern) > 1
    made = [
        assembly.pattern(source, folded=params.folded, path=("pattern", index) if several else ("pattern",))
        for index, source in enumerate(params.pattern)
    ]
    patterns = tuple(scan_id for scan_id in made if scan_id is not None)

    def probe(inspection: Inspection) -> Answer:
        spans = tuple(span for pattern in patterns for span in inspection.scan.at(pattern))
        return Evidence(spans=spans) if spans else False

    return Detector(key=key_of("regex", params), anchors=frozenset(patterns), probe=probe)


SIGNAL = Signal(
    name="regex",
    summary="A pattern in RE2 syntax matches; it can't look around or refer back, and its time is always linear.",
    family="text",
    params=RegexParams,
    example="regex: '(?i)\\bfree\\s+nitro\\b'",
    build=build,
)
