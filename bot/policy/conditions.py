"""Conditions put together from others, with three values: unknown is neither true nor false."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b

from bot.policy.detection import ALWAYS, FIRST_SCAN_ID, Answer, Detector, Evidence
from bot.policy.inspection import Inspection


def remembering(detector: Detector) -> Detector:
    """Return the detector so that it is asked once a message, however many rules use it."""
    key, probe = detector.key, detector.probe

    def ask(inspection: Inspection) -> Answer:
        if inspection.focus:
            return probe(inspection)
        known = inspection.answers.get(key)
        if known is not None:
            answer, wants = known
            inspection.wants.extend(wants)
            return answer
        before = len(inspection.wants)
        answer = probe(inspection)
        inspection.answers[key] = answer, tuple(inspection.wants[before:])
        return answer

    return replace(detector, probe=ask)


def _key(kind: str, parts: tuple[Detector, ...]) -> str:
    keys = sorted(part.key for part in parts)
    return f"{kind}:{blake2b(chr(10).join(keys).encode(), digest_size=8).hexdigest()}"


def _effort(anchors: frozenset[int]) -> int:
    """Return how often conditions with these anchors are woken, roughly: 0 seldom, 2 for every message."""
    if anchors & ALWAYS:
        return 2
    return 1 if any(anchor < FIRST_SCAN_ID for anchor in anchors) else 0


def all_of(parts: tuple[Detector, ...], counting: frozenset[str]) -> Detector:
    """Return a condition that holds when all parts do.

    The part that is woken least wakes the whole; parts that count (their keys in `counting`) wake it always and are
    asked first, so that no event is missed because another part doesn't hold.
    """
    ordered = tuple(sorted(parts, key=lambda part: (part.key not in counting, _effort(part.anchors))))
    counted = [part for part in ordered if part.key in counting]
    anchors = counted[0].anchors if counted else min((part.anchors for part in ordered), key=_effort)
    for part in counted[1:]:
        anchors |= part.anchors
    probes = tuple(part.probe for part in ordered)
    must_ask = len(counted)

    def probe(inspection: Inspection) -> Answer:
        unknown = failed = False
        held: list[Evidence] = []
        for i, ask in enumerate(probes):
            answer = ask(inspection)
            if answer is False:
                failed = True
                if i + 1 >= must_ask:
                    return False
            elif answer is None:
                unknown = True
            else:
                held.append(answer)
        if failed:
            return False
        return None if unknown else joined(held)

    return Detector(key=_key("all", parts), anchors=anchors, probe=probe, parts=parts)


def any_of(parts: tuple[Detector, ...]) -> Detector:
    """Return a condition that holds when one part does; the evidence of all that hold is given."""
    probes = tuple(part.probe for part in parts)

    def probe(inspection: Inspection) -> Answer:
        answers = [ask(inspection) for ask in probes]
        held = [answer for answer in answers if isinstance(answer, Evidence)]
        if held:
            return joined(held)
        return None if None in answers else False

    anchors = frozenset[int]().union(*(part.anchors for part in parts))
    return Detector(key=_key("any", parts), anchors=anchors, probe=probe, parts=parts)


def none_of(part: Detector) -> Detector:
    """Return a condition that holds when the part doesn't."""
    ask: Callable[[Inspection], Answer] = part.probe

    def probe(inspection: Inspection) -> Answer:
        answer = ask(inspection)
        if answer is None:
            return None
        return Evidence() if answer is False else False

    return Detector(key=_key("not", (part,)), anchors=ALWAYS, probe=probe, parts=(part,))


def joined(held: list[Evidence]) -> Evidence:
    """Return the evidence of several conditions as one, each span and note once."""
    if len(held) == 1:
        return held[0]
    spans = dict.fromkeys(span for evidence in held for span in evidence.spans)
    notes = dict.fromkeys(note for evidence in held for note in evidence.notes)
    return Evidence(spans=tuple(sorted(spans, key=lambda span: (span.start, span.end))), notes=tuple(notes))
