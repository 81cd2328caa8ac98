"""Holds roles on a platform against mandates: whoever no longer moderates for a partner holds no staff role for long.

Rights within Locum end at their instant. What a role gives somebody on the platform itself doesn't, until it is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.action import FINAL, Action, ActionKind, ActionState
from bot.domain.actor import scheduler
from bot.domain.message import AccountRef
from bot.domain.place import Connection
from bot.domain.severity import Severity
from bot.domain.staff import Person
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys, Platform
from bot.services.outside.ending import REMOVED, suspended_of, why_ended
from bot.services.sanctioning import planned_entry, written
from bot.services.showing.news import tell_leads
from bot.services.staff.governing import govern
from bot.services.work import Work, begin_work
from bot.store.accounts import account_refs, accounts_of
from bot.store.actions import plan
from bot.store.columns import micros, new_id
from bot.store.engine import Store, Tx
from bot.store.partner_accounts import (
    PartnerAccount,
    Roles,
    drop_accounts,
    ends_of,
    keep_accounts,
    partner_accounts_of,
)

#: who takes roles: nobody in particular
_TAKER = scheduler("reconcile_roles")
#: how often the platform is asked about somebody who no longer moderates
EVERY = timedelta(hours=1)
#: how long it isn't tried again after the platform didn't let us
_AGAIN = timedelta(days=1)
#: the role of that name is the staff's, whether or not the policies protect it
STAFF = "staff"
#: roles that the platform says somebody holds: names by id
Held = Mapping[AccountRef, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """How one connection's accounts of partners' people stand."""

    #: accounts that are looked after, with where they are
    known: Sequence[tuple[PartnerAccount, AccountRef]]
    #: why each one's rights ended; empty while they hold
    whys: Mapping[str, str]
    #: people of partners whose accounts aren't looked after yet, or in another seat
    new: Mapping[AccountRef, Person]
    #: accounts that were forgotten
    gone: Sequence[str]
    #: the time
    now: datetime

    @property
    def due(self) -> list[AccountRef]:
        """Those about whom the platform is to be asked."""
        return [ref for one, ref in self.known if self.whys[one.account] and self._is_due(one)]

    @property
    def has_work(self) -> bool:
        """Whether anything is to be written down."""
        moved = any(one.state is Roles.TAKING or (one.why and not self.whys[one.account]) for one, _ in self.known)
        return bool(self.new or self.gone or moved or self.due)

    def _is_due(self, one: PartnerAccount) -> bool:
        every = _AGAIN if one.state is Roles.KEPT else EVERY
        return one.state is not Roles.TAKING and (one.looked_at is None or one.looked_at <= self.now - every)


async def reconcile(store: Store, keys: Keys, clock: Clock, policies: PolicySet, platform: Platform) -> bool:
    """Plan that staff roles are taken from those who are to have none any more; return whether anything was planned.

    Raises PlatformUnavailableError, ConnectionRevokedError, UnavailableError: what is left is done the next time.
    """
    async with store.reading() as tx:
        found = await _look(tx, policies, platform.connection, clock.now())
    if not found.has_work:
        return False
    due = found.due
    held = dict(zip(due, await platform.roles(due), strict=True)) if due else {}
    async with store.writing() as tx:
        work = await begin_work(tx, keys, policies, clock.now())
        # others may have written meanwhile
        found = await _look(tx, policies, platform.connection, work.now, locked=True)
        planned = await _bring_up_to_date(work, platform.connection, found, held)
        await work.finish()
    return planned


async def _look(
    tx: Tx, policies: PolicySet, connection: Connection, now: datetime, *, locked: bool = False
) -> _Found:  # fmt: skip
    roster = (await govern(tx, policies)).roster
    rows = await partner_accounts_of(tx, policies.community, locked=locked)
    refs = await account_refs(tx, [one.account for one in rows])
    known = [(one, refs[one.account]) for one in rows if one.account in refs and _is_on(connection, refs[one.account])]
    suspended = await suspended_of(tx, policies.community, roster, now)
    seated = {(ref, one.person, one.organisation) for one, ref in known}
    people = {
        ref: person
        for person in roster.people.values()
        if not roster.organisations[person.organisation].is_internal
        and (ref := _account_on(connection, person)) is not None
    }
    return _Found(
        known=known,
        whys={one.account: why_ended(ref, roster, suspended, now) for one, ref in known},
        new={ref: one for ref, one in people.items() if (ref, one.id, one.organisation) not in seated},
        gone=[one.account for one in rows if one.account not in refs],
        now=now,
    )


def _is_on(connection: Connection, ref: AccountRef) -> bool:
    return (ref.platform, ref.workspace) == (connection.platform, connection.workspace)


def _account_on(connection: Connection, person: Person) -> AccountRef | None:
    """Return somebody's account on a connection; None where they have none there."""
    workspace, user = person.accounts.get(connection.platform, ("", ""))
    if not user or workspace not in ("", connection.workspace):
        return None
    return AccountRef(platform=connection.platform, workspace=connection.workspace, user=user)


async def _bring_up_to_date(work: Work, connection: Connection, found: _Found, held: Held) -> bool:
    """Write down how accounts stand now, with what follows; return whether anything was planned."""
    tx, community = work.tx, work.community
    await drop_accounts(tx, community, found.gone)
    accounts = await accounts_of(tx, community, found.new, work.now)
    rows = {one.account: one for one, _ in found.known}
    for ref, person in found.new.items():
        before = rows.get(accounts[ref])
        subject = new_id() if before is None else before.subject
        new = PartnerAccount(
            account=accounts[ref], person=person.id, organisation=person.organisation, subject=subject
        )  # fmt: skip
        await keep_accounts(tx, community, [new])
    due = frozenset(found.due)
    changed = False
    for one, ref in found.known:
        if ref in found.new:
            continue
        why = found.whys[one.account]
        if not why:
            if one.why:
                await keep_accounts(tx, community, [_free(one)])
        elif one.state is Roles.TAKING:
            changed |= await _settle(work, one)
        elif ref in due and ref in held:
            changed |= await _take(work, connection, replace(one, why=why, looked_at=work.now), held[ref])
    return changed


def _free(one: PartnerAccount) -> PartnerAccount:
    """Return an account whose owner moderates again."""
    return replace(one, looked_at=None, why="", state=Roles.NONE, roles=(), actions=())


async def _settle(work: Work, one: PartnerAccount) -> bool:
    """Tell leads what became of roles that were to be taken, once that is known."""
    ends = await ends_of(work.tx, one.actions)
    if any(state not in FINAL for state, _ in ends.values()):
        return False
    # who has gone holds no role any more
    left = [end for end in ends.values() if end[0] is not ActionState.CONFIRMED and end[1] != "gone"]
    await keep_accounts(work.tx, work.community, [replace(one, state=Roles.KEPT if left else Roles.TAKEN)])
    await tell_leads(work, one.subject, severity=Severity.HIGH if left else Severity.MEDIUM)
    return True


async def _take(work: Work, connection: Connection, one: PartnerAccount, held: Mapping[str, str]) -> bool:
    """Plan that staff roles are taken, and tell leads; whoever holds none and is no longer named is let go of."""
    staff = staff_roles(work.policies)
    roles = {role: name for role, name in sorted(held.items()) if role in staff or name in staff}
    if not roles:
        if one.why == REMOVED:
            await drop_accounts(work.tx, work.community, [one.account])
        elif one.state is Roles.KEPT:
            # somebody took them by hand
            await keep_accounts(work.tx, work.community, [replace(one, state=Roles.NONE, roles=(), actions=())])
            await tell_leads(work, one.subject)
            return True
        else:
            await keep_accounts(work.tx, work.community, [one])
        return False
    planned = [_action(work, connection, one, role) for role in roles]
    await plan(work.tx, planned, work.now)
    work.record(planned_entry(planned, _TAKER, work.policies.version))
    names = tuple(name or role for role, name in roles.items())
    actions = tuple(action.id for action in planned)
    taking = replace(one, state=Roles.TAKING, roles=names, actions=actions)
    await keep_accounts(work.tx, work.community, [taking])
    await tell_leads(work, one.subject)
    return True


def staff_roles(policies: PolicySet) -> frozenset[str]:
    """Return ids and names of the roles that are for staff: those that the policies protect, and the one so called."""
    called = {STAFF, policies.discord_roles.get(STAFF, STAFF)}
    return policies.governance.protected | called


def _action(work: Work, connection: Connection, one: PartnerAccount, role: str) -> Action:
    return Action(
        id=new_id(),
        community=work.community,
        connection=connection.name,
        key=f"role:{one.account}:{role}:{micros(work.now)}",
        kind=ActionKind.ROLE,
        target=f"account:{one.account}",
        severity=Severity.HIGH,
        decision="",
        details={"account": one.account, "role": role, "actor": written(_TAKER)},
        due_at=work.now,
    )
