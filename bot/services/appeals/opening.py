"""Opens appeals: a member says why a decision was wrong, once, while the community's window is open."""

from bot.domain.actor import Actor, ActorKind
from bot.domain.card import CardKind
from bot.domain.case import About, Case
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.errors import LocumError
from bot.i18n import Phrase, phrase
from bot.ledger.canonical import Plain
from bot.services.appeals.codes import digest_of
from bot.services.approvals.place import connection_of, leads_place, own_team
from bot.services.record import Draft, Private
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.appeals import (
    Appeal,
    Appealable,
    add_appeal,
    decided,
    find_code,
    latest_appealable,
    lock_code,
    note_statement,
    use_codes,
)
from bot.store.cases import add_cases
from bot.store.columns import new_id
from bot.store.timers import Timer, set_timers

#: kind of the timers that begin the path of what nobody heard; their subject is the appeal
APPEAL_DUE = "appeal_due"
#: kind of the timers that end the appeal of somebody who was forgotten: another row, for firing one locks it first
APPEAL_MOOT = "appeal_moot"
#: characters that a statement may have
LONGEST = 4_000
#: what is looked up where a code is unknown, so that it takes as long as for one that was used
_NOTHING = "0" * 32


class AppealError(LocumError):
    """That can't be appealed against now."""

    def __init__(self, code: str) -> None:
        said = phrase(f"appeal.cant_{code}")
        super().__init__(said.say())
        #: why, as a code: unknown, used, late, nothing
        self.code = code
        #: one clear sentence for whoever appeals
        self.said: Phrase = said


async def appeal_by_code(work: Work, actor: Actor, code: str, statement: str, *, account: str = "") -> str:
    """Open an appeal with a notice's code and return its surrogate; raises AppealError.

    With an `account`, the code must be that member's own. A code that is unknown and one that was used are looked up
    alike: how long it takes says nothing.
    """
    found = await find_code(work.tx, work.community, digest_of(code))
    # the member's row before the code's, as everywhere
    await lock_accounts(work.tx, [_NOTHING if found is None else found.account])
    held = await lock_code(work.tx, work.community, digest_of(code))
    about = await decided(work.tx, work.community, _NOTHING if held is None else held.decision)
    if held is None or about is None or about.forgotten or account not in ("", held.account):
        raise AppealError("unknown")
    if held.used_at is not None:
        raise AppealError("used")
    if work.now >= held.until:
        raise AppealError("late")
    return await _open(work, actor, about, statement, by="code")


async def appeal_latest(work: Work, actor: Actor, account: str, statement: str) -> str:
    """Open an appeal against the newest decision that a member may appeal against; raises AppealError."""
    await lock_accounts(work.tx, [account])
    after = work.now - work.governance.appealing.within
    about = await latest_appealable(work.tx, work.community, account, after)
    if about is None:
        raise AppealError("nothing")
    return await _open(work, actor, about, statement, by="command")


async def _open(work: Work, actor: Actor, about: Appealable, statement: str, *, by: str) -> str:
    if about.undone:
        raise AppealError("nothing")
    person = about.actor.who if about.actor.kind is ActorKind.PERSON else ""
    case = Case(
        id=new_id(),
        account=about.account,
        queue="",
        severity=about.severity,
        about=About.APPEAL,
        about_person=person,
        about_organisation=about.actor.organisation,
        connection=await connection_of(work, about.account),
        served_by=own_team(work),
    )
    appeal = Appeal(
        id=new_id(),
        account=about.account,
        decision=about.decision,
        case=case.id,
        person=person,
        organisation=about.actor.organisation,
        # whoever decided doesn't hear it: a partner's decisions the own team, automation's and its own the team's leads
        heard_by=own_team(work),
        opened_at=work.now,
        due_at=work.now + work.governance.appealing.resolve_within,
    )
    await add_cases(work.tx, work.community, [case], work.now)
    if not await add_appeal(work.tx, work.community, appeal):
        raise AppealError("used")
    await use_codes(work.tx, about.decision, work.now)
    timer = Timer(kind=APPEAL_DUE, community=work.community, subject=appeal.id, due_at=appeal.due_at)
    await set_timers(work.tx, [timer])
    opened: dict[str, Plain] = {"account": case.account, "severity": int(case.severity)}
    version = work.policies.version
    work.record(Draft(kind=EntryKind.CASE_OPENED, actor=actor, policy=version, case=case.id, details=opened))
    _record(work, actor, appeal, statement, by)
    place = leads_place(work, case.connection)
    await show(work, CardKind.APPEAL, appeal.id, stream=place, case=case.id, severity=about.severity)
    return appeal.id


def _record(work: Work, actor: Actor, appeal: Appeal, statement: str, by: str) -> None:
    details = {
        "appeal": appeal.id, "decision": appeal.decision, "account": appeal.account, "heard_by": appeal.heard_by,
        "by": by,
    }  # fmt: skip
    private = Private(field="details.statement", account=appeal.account, value=statement, retention=Retention.NOTE)

    async def noting(entry: int) -> None:
        await note_statement(work.tx, appeal.id, entry)

    draft = Draft(
        kind=EntryKind.APPEAL_OPENED, actor=actor, policy=work.policies.version, case=appeal.case, details=details,
        private=(private,),
    )  # fmt: skip
    work.record(draft, noting=noting)
