"""What authority is asked with, and what it answers."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.budget import Spent
from bot.domain.governance import Governance
from bot.domain.right import Permission
from bot.domain.severity import Severity
from bot.domain.staff import Standing
from bot.i18n import Phrase, phrase


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Whom or what a deed is about, as far as that decides."""

    #: surrogate of the member's account; empty for a place or a case
    account: str = ""
    #: ids of the people of the roster whose account it is, one at each organisation
    people: tuple[str, ...] = ()
    #: the member holds a role against which nobody acts
    protected: bool = False
    #: the member has an open complaint about whoever acts
    complained: bool = False


NOBODY = Target()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Where a deed belongs."""

    #: the community
    community: str
    #: name of the channel as the policies list it; None where none is named, empty for one that isn't listed
    channel: str | None = None
    #: languages spoken there, or in which the case is
    languages: frozenset[str] = frozenset()
    #: the case's queue; None without a case, empty for the community's own
    queue: str | None = None
    #: how grave the case is; None without a case
    severity: Severity | None = None
    #: organisation that a right of a partner's lead is about; of an approval or appeal, the one that decides
    organisation: str = ""
    #: people and organisations whom the case is about
    about: frozenset[str] = frozenset()
    #: person whose request is approved, whose decision is appealed against, whose sanction is lifted; empty for a rule
    doer: str = ""
    #: organisation for which they did it; empty for a rule
    doer_for: str = ""
    #: whether somebody of another organisation than that must decide
    another: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of whoever acts."""

    #: the community
    community: str
    #: what the policies say
    governance: Governance
    #: how the actor stands; None for whoever isn't of the roster
    standing: Standing | None = None
    #: at how many organisations the same human is seated
    seats: int = 1
    #: budgets of this right, of the person, the organisation or automation
    spent: tuple[Spent, ...] = ()
    #: nobody else is on duty for any organisation
    alone_on_duty: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Allow:
    """It may be done."""

    #: id of the mandate under which; empty where a role gives the right
    mandate: str = ""
    #: it is part of the share that somebody looks at again
    sampled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Deny:
    """It may not be done."""

    #: why, as a code
    code: str
    #: why, in words for whoever asked
    reason: Phrase


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Somebody else has to say yes."""

    #: the organisation that decides
    whom: str
    #: what holds meanwhile; None for nothing
    interim: Permission | None = None
    #: why, as a code: asks, supervised, observing, budget
    code: str = "asks"
    #: the mandate under which it is asked
    mandate: str = ""

    @property
    def is_proposal(self) -> bool:
        """Whether it is only noted, to be compared with what somebody else decides."""
        return self.code == "observing"


Ruling = Allow | Deny | Ask


def deny(code: str, **values: str | int | timedelta) -> Deny:
    """Return a denial in the words of the catalogue's `authority.CODE`."""
    return Deny(code=code, reason=phrase(f"authority.{code}", **values))
