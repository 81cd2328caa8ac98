"""Tells members: every notice is an action that refers to what it is about, and is put into words when it is sent."""

from collections.abc import Mapping

from bot.domain.action import FIRST, HOLDS_UP, Action, ActionKind
from bot.domain.actor import Actor, scheduler
from bot.domain.place import Connection
from bot.domain.severity import Severity
from bot.services.sanctioning import planned_entry
from bot.services.work import Work
from bot.store.accounts import account_refs
from bot.store.actions import plan, present
from bot.store.columns import micros, new_id

#: who tells members when no decision does
_TELLER = scheduler("notify")


def notice_action(
    work: Work,
    account: str,
    connection: str,
    *,
    decision: str = "",
    guideline: str = "",
    about: str = "",
    case: str | None = None,
    severity: Severity = Severity.LOW,
    first: bool = False,
    channel: int | None = None,
    interim: bool = False,
    once: str = "",
    details: Mapping[str, str | int] | None = None,
) -> Action:
    """Return a notice that is due now.

    It says what its decision did, or what the catalogue's entry `notices.about_ABOUT` says with `details` for its
    placeholders. `first` goes out before its member is removed. Of two with the same `once`, one is sent.
    """
    said: dict[str, str | int] = {"account": account, "guideline": guideline, "about": about, **(details or {})}
    if channel is not None:
        said["channel"] = channel
    if interim:
        said["interim"] = 1
    if first:
        said[FIRST] = micros(work.now + HOLDS_UP)
    return Action(
        id=new_id(),
        community=work.community,
        connection=connection,
        key=f"notice:{once or decision or new_id()}:{account}",
        kind=ActionKind.NOTICE,
        target=f"account:{account}",
        severity=severity,
        decision=decision,
        case=case,
        details={key: value for key, value in said.items() if value != "" or key == "guideline"},
        due_at=work.now,
    )


async def tell(
    work: Work,
    account: str,
    about: str,
    *,
    once: str,
    actor: Actor = _TELLER,
    decision: str = "",
    case: str | None = None,
    guideline: str = "",
    **details: str | int,
) -> Action | None:
    """Plan a notice about something else than a new decision, have it recorded, and return it.

    `about` names the catalogue's entry `notices.about_ABOUT`; `once` keeps it from being sent twice. None when the
    member was forgotten, or was told already.
    """
    ref = (await account_refs(work.tx, [account])).get(account)
    if ref is None:
        return None
    connection = Connection(platform=ref.platform, workspace=ref.workspace).name
    action = notice_action(
        work, account, connection, decision=decision, guideline=guideline, about=about, case=case,
        once=f"{about}:{once}", details=details,
    )  # fmt: skip
    await plan(work.tx, [action], work.now)
    if action.id not in await present(work.tx, [action.id]):
        return None
    work.record(planned_entry([action], actor, work.policies.version))
    return action
