"""Incidents: outbursts of members, with what followed from them."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from bot.domain.effect import read_outcome, write_outcome
from bot.domain.incident import Incident
from bot.domain.severity import Severity
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import incidents
from bot.store.upsert import upsert

_RECENT = (
    select(incidents)
    .where(
        incidents.c.community == bindparam("community"),
        incidents.c.account.in_(bindparam("accounts", expanding=True)),
        incidents.c.opened_at >= bindparam("after"),
        incidents.c.opened_at <= bindparam("until"),
    )
    .order_by(incidents.c.opened_at, incidents.c.id)
)
_CHANGES = ("opened_at", "noticed_at", "care", "severity", "rules", "follows", "rooms", "case")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptIncident:
    """An incident as it is kept."""

    #: surrogate
    id: str
    #: what belongs to it
    incident: Incident
    #: surrogate of its case
    case: str | None = None


async def recent_incidents(
    tx: Tx, community: str, accounts: Collection[str], after: datetime, until: datetime
) -> dict[str, list[KeptIncident]]:
    """Return the incidents of members that began within some time, oldest first."""
    found: dict[str, list[KeptIncident]] = defaultdict(list)
    for part in chunks(accounts):
        values = {"community": community, "accounts": part, "after": after, "until": until}
        for row in await tx.execute(_RECENT, values):
            found[row.account].append(_kept(row))
    return dict(found)


async def save_incidents(tx: Tx, community: str, changed: Sequence[KeptIncident]) -> None:
    """Write incidents as they stand now; new ones are added."""
    await upsert(tx, incidents, [_row(community, kept) for kept in changed], ["id"], _CHANGES)


def _row(community: str, kept: KeptIncident) -> dict[str, Any]:
    incident = kept.incident
    return {
        "id": kept.id,
        "community": community,
        "account": incident.member,
        "opened_at": incident.opened_at,
        "noticed_at": incident.noticed_at,
        "care": incident.care,
        "severity": int(incident.severity),
        "rules": json.dumps(incident.rules),
        "follows": json.dumps([write_outcome(outcome) for outcome in incident.follows]),
        "rooms": json.dumps([(room, write_outcome(outcome)) for room, outcome in incident.rooms]),
        "case": kept.case,
    }


def _kept(row: Any) -> KeptIncident:
    incident = Incident(
        member=row.account,
        opened_at=row.opened_at,
        noticed_at=row.noticed_at,
        rules=tuple(json.loads(row.rules)),
        care=row.care,
        severity=Severity(row.severity),
        follows=tuple(read_outcome(said) for said in json.loads(row.follows)),
        rooms=tuple((room, read_outcome(said)) for room, said in json.loads(row.rooms)),
    )
    return KeptIncident(id=row.id, incident=incident, case=row.case)
