"""What staff can do: the powers that mandates name, and the rights that follow from a role or from a case."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Right(StrEnum):
    """Everything that authority decides about."""

    # --- powers: what a mandate's `may` and `asks` name
    DELETE = "delete"
    NOTICE = "notice"
    WARN = "warn"
    TIMEOUT = "timeout"
    QUARANTINE = "quarantine"
    KICK = "kick"
    BAN = "ban"
    SLOW_MODE = "slow_mode"
    RAID_MODE = "raid_mode"

    # --- casework: what a mandate over a case's queue and severity gives
    #: see a case, a member's record or why a message was judged
    VIEW = "view"
    CLAIM = "claim"
    #: close a case with a verdict
    DECIDE = "decide"
    NOTE = "note"
    #: ask somebody without escalating
    CONSULT = "consult"
    ESCALATE = "escalate"
    PASS = "pass"  # noqa: S105 - no password
    #: end a sanction before its time
    LIFT = "lift"

    # --- of everybody who moderates
    SHIFT = "shift"
    #: see what one may do oneself
    MAY = "may"
    #: hold a colleague's account for half an hour
    FREEZE = "freeze"

    # --- of leads
    APPROVE = "approve"
    #: decide an appeal
    HEAR = "hear"
    UNDO = "undo"
    SUSPEND = "suspend"
    LEVEL = "level"
    POLICY = "policy"
    #: see everybody's work
    ACCOUNT = "account"
    #: say of a manual step that it is done, or can't be
    CONFIRM = "confirm"

    # --- of a partner's lead, for the own organisation
    SEAT = "seat"
    TEAM = "team"

    # --- of owners
    BREAK_GLASS = "break_glass"


#: what mandates name
POWERS = frozenset({
    Right.DELETE, Right.NOTICE, Right.WARN, Right.TIMEOUT, Right.QUARANTINE, Right.KICK, Right.BAN, Right.SLOW_MODE,
    Right.RAID_MODE,
})  # fmt: skip
#: what comes with a mandate that covers the case's queue and severity, or the message's channel
CASEWORK = frozenset({
    Right.VIEW, Right.CLAIM, Right.DECIDE, Right.NOTE, Right.CONSULT, Right.ESCALATE, Right.PASS, Right.LIFT,
})  # fmt: skip
#: what everybody who moderates may do
STAFF = frozenset({Right.SHIFT, Right.MAY, Right.FREEZE})
#: what internal leads may do
LEADING = frozenset({
    Right.APPROVE, Right.HEAR, Right.UNDO, Right.SUSPEND, Right.LEVEL, Right.POLICY, Right.ACCOUNT, Right.CONFIRM,
})  # fmt: skip
#: what a partner's lead may do for the own organisation, and internal leads for every one
PARTNER_LEADING = frozenset({Right.SEAT, Right.TEAM})
#: powers that can be limited in time
LIMITABLE = frozenset({Right.TIMEOUT, Right.QUARANTINE, Right.BAN, Right.SLOW_MODE, Right.RAID_MODE})
#: powers whose use takes something from a member that no timer gives back
IRREVERSIBLE = frozenset({Right.KICK, Right.BAN})
#: powers that a budget counts: whatever a policy can name
COUNTED = POWERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """A power, perhaps only for so long."""

    #: which one
    right: Right
    #: for at most so long; None for any time
    up_to: timedelta | None = None

    def covers(self, right: Right, lasts: timedelta | None) -> bool:
        """Return whether a deed of that length is permitted; a deed without an end needs a permission without one."""
        if right is not self.right:
            return False
        if self.up_to is None or right not in LIMITABLE:
            return True
        return lasts is not None and lasts <= self.up_to


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """What somebody wants to do."""

    #: which right it takes
    right: Right
    #: how long it lasts, where it lasts; None for good
    lasts: timedelta | None = None
    #: how many targets it meets
    count: int = 1
