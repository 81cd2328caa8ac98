"""`account_age`: how old the author's account was when a message was posted."""

from operator import attrgetter

from pydantic import Field

from bot.i18n import phrase
from bot.policy.schema.types import Duration
from bot.policy.signals.age import age_detector
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of


class AccountAgeParams(Params):
    """Bounds of the age; with both given, it lies between them."""

    under: Duration | None = Field(default=None, description="Younger than this, such as `7d`.")
    over: Duration | None = Field(default=None, description="Older than this, such as `1h`.")


def build(params: AccountAgeParams, assembly: Assembly) -> Detector:
    """Return a detector of that age; where the source doesn't say, neither it nor its negation holds."""
    over, under = params.over, params.under
    if over is None and under is None:
        assembly.error(phrase("signals.needs_one", keys="under, over"))
    return age_detector(key_of("account_age", params), "signals.account_age", attrgetter("created_at"), over, under)


SIGNAL = Signal(
    name="account_age",
    summary="The author's account was younger or older than a time when the message was posted.",
    family="who",
    params=AccountAgeParams,
    example="account_age: {under: 7d}",
    build=build,
)
