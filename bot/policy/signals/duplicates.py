"""`duplicates`: the same or nearly the same text again and again, by one member or as a spam wave."""

from collections.abc import Callable
from typing import Literal

from pydantic import Field

from bot.domain.duration import show_duration
from bot.domain.message import MessageKind
from bot.i18n import phrase
from bot.policy.copies import NEAR_LETTERS
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.schema.types import PositiveDuration
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.watch import Watch


class DuplicatesParams(Params):
    """How often the same text is too often."""

    at_least: int = Field(
        default=3, ge=2, le=100, strict=True, description="So many messages with the same text, this one included."
    )
    within: PositiveDuration = Field(description="In this time.")
    by: Literal["member", "anyone"] = Field(
        default="member",
        description="`member`: all by the same member. `anyone`: by two members at least, as in a spam wave.",
    )
    near: bool = Field(
        default=False,
        description=f"Texts that are nearly the same count too, from {NEAR_LETTERS} letters on: "
        "words put in or swapped, typos, other links and numbers.",
    )
    min_letters: int = Field(
        default=12, ge=1, strict=True, description="Shorter texts never count: greetings and thanks are no spam."
    )


#: (messages before this one, whether another member wrote one of them)
_Counted = tuple[int, bool]


def build(params: DuplicatesParams, assembly: Assembly) -> Detector:
    """Return a detector that compares letters alone: digits, punctuation, emoji and mentions make no difference."""
    at_least, min_letters, near, anyone = params.at_least, params.min_letters, params.near, params.by == "anyone"
    within, shown = params.within.total_seconds(), show_duration(params.within)
    assembly.watch(Watch(copies=True, near=at_least if near else 0))
    assembly.keep_history(within)
    exactly, nearly = _exact_copies(within, anyone=anyone), _near_copies(within, at_least - 1, anyone=anyone)

    def probe(inspection: Inspection) -> Answer:
        length = len(inspection.letters)
        if length < min_letters or inspection.message.kind is not MessageKind.MESSAGE:
            return False
        alike = near and length >= NEAR_LETTERS
        before, others = (nearly if alike else exactly)(inspection)
        if before + 1 < at_least or (anyone and not others):
            return False
        kind = "near_copies" if alike else "copies"
        note = f"time.{kind}_by_several" if anyone else f"time.{kind}"
        return Evidence(notes=(phrase(note, count=before + 1, within=shown),))

    return Detector(key=key_of("duplicates", params), anchors=ALWAYS, probe=probe)


def _exact_copies(within: float, *, anyone: bool) -> Callable[[Inspection], _Counted]:
    def look(inspection: Inspection) -> _Counted:
        message, skeleton, copies = inspection.message, inspection.skeleton, inspection.history.copies
        if skeleton is None:
            return 0, False
        at, id = inspection.at, inspection.key
        own = copies(skeleton, at=at, within=within, message=id, member=message.author.key)
        if not anyone:
            return own, False
        everyones = copies(skeleton, at=at, within=within, message=id)
        return everyones, everyones > own

    return look


def _near_copies(within: float, enough: int, *, anyone: bool) -> Callable[[Inspection], _Counted]:
    def look(inspection: Inspection) -> _Counted:
        message = inspection.message
        found, others = 0, False
        for earlier in inspection.history.near_copies(
            inspection.shingles,
            at=inspection.at,
            within=within,
            message=inspection.key,
            member=None if anyone else message.author.key,
        ):
            found += 1
            others = others or earlier.member != message.author.key
            if found >= enough and (others or not anyone):
                break
        return found, others

    return look


SIGNAL = Signal(
    name="duplicates",
    summary="The same or nearly the same text came again and again, from one member or as a wave from several.",
    family="time",
    params=DuplicatesParams,
    example="duplicates: {at_least: 3, within: 10m, by: anyone, near: true}",
    build=build,
)
