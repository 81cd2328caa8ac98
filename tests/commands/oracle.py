"""What must become of every command, said anew in few words: an oracle that shares nothing with authority's code."""

from dataclasses import dataclass, replace

from bot.commands.command import Command
from bot.domain.command import OptionKind
from bot.domain.right import Right
from bot.domain.staff import Level

#: everything that may become of a command beside `denied:CODE`
DONE, ASKED, PROPOSED, BAD, FORM = "done", "asked", "proposed", "bad", "form"
#: by which something changes, or may come to
EFFECTIVE = frozenset({DONE, ASKED, PROPOSED})

#: scopes: where a command is given
LISTED, UNLISTED, OTHER_LANGUAGE, LEADS = "help", "elsewhere", "kneipe", "leads"
SCOPES = (LISTED, UNLISTED, OTHER_LANGUAGE, LEADS)

_POWERS = frozenset({"delete", "notice", "warn", "timeout", "quarantine", "kick", "ban", "slow_mode", "raid_mode"})
_LOOKING = frozenset({"view", "note", "consult", "escalate", "pass"})
_LEADING = frozenset({"approve", "hear", "undo", "suspend", "level", "policy", "account", "confirm"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """One sort of caller, as the table's policies have them."""

    #: the person's id; a member's user id
    who: str
    #: 0 member, 1 partner's moderator, 2 its lead, 3 internal, 4 lead, 5 owner
    rank: int = 0
    #: whom they name where somebody of the roster is to be named
    names: str = ""
    #: the organisation they name
    organisation: str = ""
    #: powers they use alone
    may: frozenset[str] = frozenset()
    #: powers they ask for
    asks: frozenset[str] = frozenset()
    #: channels in which their mandate holds
    channels: frozenset[str] = frozenset()
    #: scopes in whose language they don't moderate
    foreign: frozenset[str] = frozenset()
    #: whether their mandate holds on shift only
    on_shift_only: bool = False
    #: rank of whom they name
    over: int = 1


_ALL = frozenset({LISTED, OTHER_LANGUAGE, LEADS})
_MILD = frozenset({"delete", "notice", "warn", "timeout"})

ROLES = {
    "member": Role(who="u1"),
    "moderator of A": Role(
        who="robin", rank=1, names="wren", organisation="nightwatch", may=_MILD, asks=frozenset({"kick", "ban"}),
        channels=frozenset({LISTED, OTHER_LANGUAGE}), foreign=frozenset({OTHER_LANGUAGE}), on_shift_only=True,
    ),
    "moderator of B": Role(
        who="onda", rank=1, names="mare", organisation="faro", may=_MILD, asks=frozenset({"ban"}),
        channels=frozenset({LISTED}), on_shift_only=True,
    ),
    "lead of A": Role(
        who="heron", rank=2, names="wren", organisation="nightwatch", may=_MILD, asks=frozenset({"kick", "ban"}),
        channels=frozenset({LISTED, OTHER_LANGUAGE}), foreign=frozenset({OTHER_LANGUAGE}), on_shift_only=True,
    ),
    "internal moderator": Role(
        who="mo", rank=3, names="kit", organisation="internal", may=_MILD | {"quarantine", "slow_mode"},
        asks=frozenset({"kick", "ban"}), channels=frozenset({LISTED, OTHER_LANGUAGE}), over=3,
    ),
    "lead": Role(who="lee", rank=4, names="wren", organisation="nightwatch", may=_POWERS, channels=_ALL),
    "owner": Role(who="ada", rank=5, names="wren", organisation="nightwatch", may=_POWERS, channels=_ALL),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One cell of the table."""

    #: what is given
    command: Command
    #: by whom
    role: Role
    #: how far they are trusted
    level: Level
    #: where
    scope: str
    #: whether they are on shift
    on_shift: bool


def expected(case: Case) -> str | None:
    """Return what must become of a command; None for what needs something to be there first: see `may_act`."""
    command, role = case.command, case.role
    right = None if command.right is None else command.right.value
    if needs_more(command):
        return None
    if right is None:
        return DONE
    if role.rank == 0:
        # members know nobody of the roster by name: before anything is asked, nobody is found
        names = {one.kind for one in command.options if one.required or command.name == "lead.suspend"}
        return BAD if names & {OptionKind.PERSON, OptionKind.ORGANISATION} else "denied:not_staff"
    denied = _denied(case, right)
    if denied:
        return f"denied:{denied}"
    if right not in _POWERS:
        return DONE
    if case.level is Level.OBSERVING:
        return PROPOSED
    if right in role.asks or (case.level is Level.SUPERVISED and right != "notice"):
        return ASKED
    return DONE


def needs_more(command: Command) -> bool:
    """Return whether a command is about something that has to be there first: a card's button, a case, a seat."""
    return not command.typed or command.group == "case" or command.name in _NEEDS_MORE


def may_act(case: Case) -> bool:
    """Return whether a command may have any effect at all, whatever it is about."""
    right = case.command.right
    if right is None:
        return True
    if case.role.rank == 0:
        return False
    if case.command.group == "case":
        # a case is where its message is, not where somebody speaks of it
        return True
    if case.command.name == "mod.purge":
        # likewise the member's messages, which are all in the listed channel
        return not _denied(replace(case, scope=LISTED), right.value)
    if right is Right.APPROVE or right is Right.HEAR:
        # a partner's lead where their organisation is asked
        return case.role.rank in (2, 4, 5)
    return not _denied(case, right.value)


def _denied(case: Case, right: str) -> str:
    """Return why somebody who moderates may not; empty when they may."""
    role = case.role
    if right in ("freeze", "suspend", "level") and role.over > (role.rank if right == "freeze" else role.rank - 1):
        return "rank"
    if right in _LEADING:
        return "" if role.rank >= 4 else "leads_only"
    if right in ("seat", "team"):
        return "" if role.rank in (2, 4, 5) else "partner_leads_only"
    if right == "break_glass":
        return "" if role.rank == 5 else "owners_only"
    if right in ("shift", "may"):
        return ""
    if right == "freeze":
        return "" if case.on_shift or role.rank >= 4 else "no_shift"
    return _beyond(case, right)


def _beyond(case: Case, right: str) -> str:
    """Return how something lies beyond somebody's mandate."""
    role = case.role
    placeless = right == "raid_mode"
    if not placeless and case.scope not in role.channels:
        return "channel"
    if not placeless and case.scope in role.foreign:
        return "language"
    if right in _POWERS and right not in role.may | role.asks:
        return "no_power"
    if role.on_shift_only and not case.on_shift:
        return "no_shift"
    if right == "claim" and case.level is Level.OBSERVING:
        return "observing"
    return ""


#: commands that are about something which has to be there and be theirs: what becomes of them is told in stories
_NEEDS_MORE = frozenset({
    "lead.unfreeze", "lead.restore", "lead.undo", "partner.seat", "partner.unseat", "partner.team",
    "partner.certificate", "mod.lift", "mod.purge", "everyone.appeal", "everyone.report", "shift.start", "shift.end",
    "shift.choose", "mod.explain", "lead.review", "lead.review_override", "lead.raid",
    "lead.massban",
})  # fmt: skip
