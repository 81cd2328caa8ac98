"""Complaints: open cases about somebody who moderates, and who reported or appealed for them."""

from collections.abc import Collection

from sqlalchemy import bindparam, exists, or_, select

from bot.domain.case import About, CaseState
from bot.domain.verdict import AppealState
from bot.store.engine import Tx
from bot.store.tables import appeals, cases, reports

_ABOUT = exists(
    select(reports.c.id)
    .join(cases, cases.c.id == reports.c.case)
    .where(
        reports.c.community == bindparam("community"),
        reports.c.reporter == bindparam("account"),
        cases.c.about == About.MODERATOR.value,
        cases.c.about_person.in_(bindparam("people", expanding=True)),
        cases.c.state != CaseState.RESOLVED.value,
    )
)
_APPEALED = exists(
    select(appeals.c.id).where(
        appeals.c.community == bindparam("community"),
        appeals.c.account == bindparam("account"),
        appeals.c.person.in_(bindparam("people", expanding=True)),
        appeals.c.state == AppealState.OPEN.value,
    )
)
_COMPLAINED = select(or_(_ABOUT, _APPEALED))


async def has_complained(tx: Tx, community: str, account: str, people: Collection[str]) -> bool:
    """Return whether a member has an open complaint about somebody, or an open appeal against what they decided.

    `people` are all seats of one human.
    """
    if not people:
        return False
    values = {"community": community, "account": account, "people": sorted(people)}
    return bool((await tx.execute(_COMPLAINED, values)).scalar_one())
