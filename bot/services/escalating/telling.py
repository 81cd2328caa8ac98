"""Turns what a step tells whom into actions: a direct message, a page, a card; each has a key that is used once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.action import Action, ActionKind
from bot.domain.escalation import Contact, Medium
from bot.domain.message import AccountRef
from bot.domain.place import Connection, Stream
from bot.domain.reach import Outcome, Telling, reference
from bot.domain.stepping import Position
from bot.services.escalating.places import Ways
from bot.services.performing import PAGER
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.escalations import Escalation

#: what a page or notice that calls for an answer is about
ABOUT = "escalation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Somebody who is told of an escalation in one step."""

    #: what of
    escalation: Escalation
    #: in which step
    position: Position
    #: who and how
    telling: Telling
    #: how many escalations are told of at once; 0 where it is this one
    together: int = 0


def chat_accounts(calls: Sequence[Call], ways: Mapping[str, Ways]) -> set[AccountRef]:
    """Return the accounts that direct messages go to."""
    found = set()
    for one in calls:
        if _is_person(one.telling):
            found.add(ways[one.escalation.case.connection].accounts[_name(one.telling)])
    return found


def actions_of(
    work: Work, calls: Sequence[Call], ways: Mapping[str, Ways], accounts: Mapping[AccountRef, str]
) -> list[Action]:
    """Return the direct messages and pages that these calls ask for; `accounts` has the surrogates."""
    made = []
    for one in calls:
        where = ways[one.escalation.case.connection]
        if one.telling.outcome is not Outcome.TOLD or one.telling.whom.startswith("channel:"):
            continue
        if _is_person(one.telling):
            ref = where.accounts[_name(one.telling)]
            made.append(_notice(work, one, ref, accounts[ref]))
        else:
            made.append(_page(work, one, {**one.escalation.contacts, **where.around.contacts}))
    return made


def streams_of(calls: Sequence[Call], ways: Mapping[str, Ways]) -> dict[str, list[Stream]]:
    """Return the channels in which these calls hang up a card, by escalation."""
    found: dict[str, list[Stream]] = {}
    for one in calls:
        if one.telling.outcome is Outcome.TOLD and one.telling.whom.startswith("channel:"):
            stream = ways[one.escalation.case.connection].streams[_name(one.telling)]
            found.setdefault(one.escalation.id, []).append(stream)
    return found


def _is_person(telling: Telling) -> bool:
    return telling.outcome is Outcome.TOLD and telling.whom.startswith("person:")


def _name(telling: Telling) -> str:
    return telling.whom.partition(":")[2]


def _key(call: Call) -> str:
    position, telling = call.position, call.telling
    said = (call.escalation.id, position.round, position.step, telling.whom, telling.via)
    return ":".join(("escalation" if not call.together else "digest", *map(str, said)))


def _details(call: Call) -> dict[str, str | int]:
    """Return what a message about an escalation says: the case's number and codes, nothing of any member."""
    one = call.escalation
    return {
        "about": ABOUT,
        "subject": one.id,
        "number": one.case.number,
        "severity": one.case.facts.severity.word,
        "queue": one.case.facts.queue,
        "path": one.path.name,
        "cause": one.cause,
        "whom": call.telling.whom,
        "fallback": int(call.position.round >= one.path.repeat),
        "together": call.together,
    }


def _notice(work: Work, call: Call, ref: AccountRef, account: str) -> Action:
    connection = Connection(platform=ref.platform, workspace=ref.workspace)
    target, details = f"account:{account}", {"account": account, **_details(call)}
    return _action(work, call, connection.name, target, details)


def _page(work: Work, call: Call, contacts: Mapping[str, Contact]) -> Action:
    contact = contacts.get(_name(call.telling))
    to = "" if contact is None else reference(contact, Medium(call.telling.via))
    return _action(work, call, PAGER, f"page:{new_id()}", {"to": to, **_details(call)})


def _action(work: Work, call: Call, connection: str, target: str, details: Mapping[str, str | int]) -> Action:
    return Action(
        id=new_id(),
        community=work.community,
        connection=connection,
        key=_key(call),
        kind=ActionKind.PAGE if connection == PAGER else ActionKind.NOTICE,
        target=target,
        severity=call.escalation.case.facts.severity,
        decision="",
        case=call.escalation.case.id,
        details=details,
        due_at=work.now,
    )
