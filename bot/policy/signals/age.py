"""Ages at the time of a message: of an account, and of a membership."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.judgement import Want, WantKind
from bot.domain.message import Member
from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Detector, Evidence
from bot.policy.inspection import Inspection

_NONE = timedelta(0)


def about(duration: timedelta) -> timedelta:
    """Return a duration rounded down to its largest whole unit, such as three days; nothing lies below zero."""
    seconds = max(0, int(duration.total_seconds()))
    unit = next((size for size in (86_400, 3_600, 60) if seconds >= size), 1)
    return timedelta(seconds=seconds - seconds % unit)


def want_member(inspection: Inspection) -> None:
    """Ask once for what the platform knows of the message's author."""
    want = Want(kind=WantKind.MEMBER, subject=inspection.message.author.key)
    if want not in inspection.wants:
        inspection.wants.append(want)


def age_detector(
    key: str, note: str, began: Callable[[Member], datetime | None], over: timedelta | None, under: timedelta | None
) -> Detector:
    """Return a detector of ages within bounds; an unknown age is asked for."""

    def probe(inspection: Inspection) -> Answer:
        message = inspection.message
        beginning = began(message.author)
        if beginning is None:
            want_member(inspection)
            return None
        # Clocks differ: who joined "after" posting has just joined.
        age = max(message.at - beginning, _NONE)
        if (over is not None and age <= over) or (under is not None and age >= under):
            return False
        return Evidence(notes=(phrase(note, age=about(age)),))

    return Detector(key=key, anchors=ALWAYS, probe=probe)
