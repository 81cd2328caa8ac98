"""What the copies of a message that was found have in common: its letters, and where its links lead."""

from collections.abc import Sequence

from bot.domain.judgement import Finding, Likeness, Mode
from bot.domain.message import MessageKind
from bot.policy.inspection import Inspection

#: texts with fewer letters say too little: greetings, one word
_FEWEST_LETTERS = 20
#: of a message's links so many count
_MOST_LINKS = 20


def likeness_of(inspection: Inspection, findings: Sequence[Finding]) -> Likeness | None:
    """Return what others' messages may have in common with this one; None where its case is its author's alone.

    A guideline that helps looks after each member alone, and of what nobody may copy nothing is remembered.
    """
    if inspection.message.kind is not MessageKind.MESSAGE or any(one.care or not one.copies for one in findings):
        return None
    rules = tuple(dict.fromkeys(one.rule for one in findings if one.mode is Mode.LIVE))
    targets = dict.fromkeys(f"{link.host}{link.path.rstrip('/')}" for link in inspection.links[:_MOST_LINKS])
    tells = len(inspection.letters) >= _FEWEST_LETTERS
    if not rules or not (tells or targets):
        return None
    return Likeness(
        rules=rules,
        skeleton=inspection.skeleton if tells else None,
        shingles=inspection.shingles if tells else b"",
        targets=tuple(targets),
    )
