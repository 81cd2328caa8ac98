"""`joins`: many people join in a short time, as in a raid."""

from pydantic import Field

from bot.domain.duration import show_duration
from bot.domain.message import MessageKind
from bot.i18n import phrase
from bot.policy.detection import Answer, Evidence, Trigger
from bot.policy.features import account_age
from bot.policy.inspection import Inspection
from bot.policy.schema.types import PositiveDuration
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.watch import Watch


class JoinsParams(Params):
    """How many joins are a raid."""

    at_least: int = Field(ge=2, le=10_000, strict=True, description="So many joins, this one included.")
    within: PositiveDuration = Field(description="In this time.")
    account_under: PositiveDuration | None = Field(
        default=None, description="Only accounts younger than this count, and are found; unknown ages don't count."
    )


def build(params: JoinsParams, assembly: Assembly) -> Detector:
    """Return a detector of joins that come as one of many."""
    at_least, within, shown = params.at_least, params.within.total_seconds(), show_duration(params.within)
    under = params.account_under.total_seconds() if params.account_under is not None else None
    assembly.watch(Watch(joins=frozenset({under})))
    assembly.keep_history(within)

    def probe(inspection: Inspection) -> Answer:
        if inspection.message.kind is not MessageKind.JOIN:
            return False
        age = account_age(inspection) if under is not None else None
        if under is not None and age is not None and age >= under:
            return False
        before = inspection.history.joins(at=inspection.at, within=within, message=inspection.key, account_under=under)
        unknown = under is not None and age is None
        counted = before if unknown else before + 1
        if counted >= at_least:
            return Evidence(notes=(phrase("time.joins", count=counted, within=shown),))
        return None if unknown and before + 1 >= at_least else False

    return Detector(key=key_of("joins", params), anchors=frozenset({int(Trigger.JOIN)}), probe=probe)


SIGNAL = Signal(
    name="joins",
    summary="Somebody joined as one of many in a short time: a raid.",
    family="time",
    params=JoinsParams,
    example="joins: {at_least: 10, within: 1m, account_under: 7d}",
    build=build,
)
