"""Reads what reporters said, for those who may: never who said it."""

from bot.domain.case import Case
from bot.services.unsealing import sealed_text
from bot.services.work import Work
from bot.store.reports import reports_of

#: statements on one case that are shown, the newest
_SHOWN = 5


async def statements_on(work: Work, case: Case) -> list[str]:
    """Return what reporters said about a case in their own words, oldest first; what was erased is missing."""
    told = [one for one in await reports_of(work.tx, work.community, [case.id]) if one.statement is not None]
    found = []
    for one in told[-_SHOWN:]:
        assert one.statement is not None  # noqa: S101 - those without were left out
        text = await sealed_text(work.tx, work.keys, work.community, one.statement, "details.statement")
        if text is not None:
            found.append(text)
    return found
