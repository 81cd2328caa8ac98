"""What automation may do by itself, what it must ask for, and what it may not do at all."""

from enum import StrEnum

from bot.domain.outcome import Outcome, OutcomeKind
from bot.policy.schema.community import POWERS, AutomationModel, Permission

#: what automation may do where `community.yaml` doesn't say: delete, and nothing that lasts
CAUTIOUS = AutomationModel(may=(Permission(kind=OutcomeKind.DELETE.value),))

#: powers that can be limited in time
LIMITABLE = frozenset(POWERS) - {OutcomeKind.DELETE, OutcomeKind.KICK}


class Ruling(StrEnum):
    """Whether an outcome may follow without people."""

    MAY = "may"
    ASKS = "asks"
    TOO_LONG = "too_long"
    MAY_NOT = "may_not"


def rule_on(outcome: Outcome, automation: AutomationModel | None) -> Ruling:
    """Return whether automation may do this, asks for it, or may not; asking people is always allowed."""
    if outcome.kind not in POWERS:
        return Ruling.MAY
    powers = automation or CAUTIOUS
    granted = [permission for permission in powers.may if permission.kind == outcome.kind]
    if any(_covers(permission, outcome) for permission in granted):
        return Ruling.MAY
    if outcome.kind in powers.asks:
        return Ruling.ASKS
    return Ruling.TOO_LONG if granted else Ruling.MAY_NOT


def _covers(permission: Permission, outcome: Outcome) -> bool:
    if permission.up_to is None or outcome.kind not in LIMITABLE:
        return True
    lasts = outcome.lasts if outcome.kind is OutcomeKind.SLOW_MODE else outcome.duration
    return lasts is not None and lasts <= permission.up_to
