"""What holds of people now: the policies, and the seats that partners' leads filled within them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.governance import Governance
from bot.domain.right import Permission, Right
from bot.domain.severity import Severity
from bot.domain.staff import Delegation, Level, Person
from bot.policy.policy_set import PolicySet
from bot.store.engine import Tx
from bot.store.seats import Seat, filled_seats


async def govern(tx: Tx, policies: PolicySet) -> Governance:
    """Return what holds of people now: the policies, and the seats that partners' leads filled."""
    seats = await filled_seats(tx, policies.community)
    governance = policies.governance
    if not seats:
        return governance
    seated = (_seated(seat) for seat in seats if seat.organisation in governance.roster.organisations)
    return replace(governance, roster=governance.roster.with_people(*seated))


def _seated(seat: Seat) -> Person:
    ref = seat.ref
    return Person(
        id=seat.person,
        alias=seat.alias,
        organisation=seat.organisation,
        role=seat.role,
        # whoever is new observes, until a lead decides otherwise
        starts_as=Level.OBSERVING,
        languages=frozenset(seat.languages),
        accounts={} if ref is None else {ref.platform: (ref.workspace, ref.user)},
        only=None if seat.only is None else read_delegation(seat.only),
    )


def write_delegation(only: Delegation) -> dict[str, Any]:
    """Return a delegation as rows keep it."""
    said: dict[str, Any] = {}
    if only.may is not None:
        said["may"] = [
            [one.right.value, None if one.up_to is None else int(one.up_to.total_seconds())] for one in only.may
        ]
    if only.channels is not None:
        said["channels"] = sorted(only.channels)
    if only.queues is not None:
        said["queues"] = sorted(only.queues)
    if only.cases_up_to is not None:
        said["cases_up_to"] = int(only.cases_up_to)
    return said


def read_delegation(said: Mapping[str, Any]) -> Delegation:
    """Return the delegation that was written."""
    may, channels, queues, up_to = (said.get(name) for name in ("may", "channels", "queues", "cases_up_to"))
    return Delegation(
        may=None if not isinstance(may, list) else tuple(_permission(*one) for one in may),
        channels=frozenset(channels) if isinstance(channels, list) else None,
        queues=frozenset(queues) if isinstance(queues, list) else None,
        cases_up_to=Severity(up_to) if isinstance(up_to, int) else None,
    )


def _permission(right: str, seconds: int | None) -> Permission:
    return Permission(right=Right(right), up_to=None if seconds is None else timedelta(seconds=seconds))
