"""`member_age`: how long the author had been in the community when a message was posted."""

from operator import attrgetter

from pydantic import Field

from bot.i18n import phrase
from bot.policy.schema.types import Duration
from bot.policy.signals.age import age_detector
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of


class MemberAgeParams(Params):
    """Bounds of the age; with both given, it lies between them."""

    under: Duration | None = Field(default=None, description="Younger than this, such as `7d`.")
    over: Duration | None = Field(default=None, description="Older than this, such as `1h`.")


def build(params: MemberAgeParams, assembly: Assembly) -> Detector:
    """Return a detector of that age; where the source doesn't say, neither it nor its negation holds."""
    over, under = params.over, params.under
    if over is None and under is None:
        assembly.error(phrase("signals.needs_one", keys="under, over"))
    return age_detector(key_of("member_age", params), "signals.member_age", attrgetter("joined_at"), over, under)


SIGNAL = Signal(
    name="member_age",
    summary="The author had been in the community for less or more than a time when the message was posted.",
    family="who",
    params=MemberAgeParams,
    example="member_age: {under: 1h}",
    build=build,
)
