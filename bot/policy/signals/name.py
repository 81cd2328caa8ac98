"""`name`: words in the names that others see of a member."""

from bot.i18n import phrase
from bot.policy.detection import Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Signal, key_of
from bot.policy.signals.words import WordsParams, collect_terms, inline


class NameParams(WordsParams):
    """What to look for in display and user names, and what to let pass."""


def build(params: NameParams, assembly: Assembly) -> Detector:
    """Return a detector that holds when one of the author's names shows one of the terms."""
    allow = inline(params.allow, "allow")
    terms = collect_terms(params, assembly)
    if not params.terms and not params.lists:
        assembly.error(phrase("compile.no_terms"))
    group = assembly.terms(terms, allow=allow, contains=params.contains, typos=params.typos, in_names=True)

    def probe(inspection: Inspection) -> Answer:
        found = inspection.scan.in_names(group)
        return Evidence(notes=tuple(phrase("signals.name", term=term) for term in found)) if found else False

    return Detector(key=key_of("name", params), anchors=frozenset({group}), probe=probe)


SIGNAL = Signal(
    name="name",
    summary="One of these words is seen in a name of the author, as written or disguised; also when somebody joins "
    "or is called otherwise.",
    family="who",
    params=NameParams,
    example="name: {terms: [admin, moderator], allow: [administrative]}",
    build=build,
)
