"""Several ways to reach somebody at once."""

from asyncio import gather
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.action import Answer, Result
from bot.ports import Pager

_REACHED = frozenset({Answer.DONE, Answer.ALREADY_SO})


def several(pagers: Sequence[Pager]) -> Pager:
    """Return a pager that tries all of these; a page is done when one of them says so."""
    return _Several(pagers=tuple(pagers))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Several:
    """Pagers that are tried together."""

    #: all of them are asked, whatever the others say
    pagers: tuple[Pager, ...]

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        """Send a page by every way, and return the best that came of it, with what went wrong as its reason."""
        found = await gather(*(_asked(pager, text, key, to) for pager in self.pagers))
        reason = ",".join(result.reason for result in found if result.answer not in _REACHED and result.reason)
        for result in found:
            if result.answer in _REACHED:
                return Result(answer=Answer.DONE, reason=reason, posted=result.posted)
        waits = [result.after for result in found if result.answer is Answer.RETRY_AFTER]
        if any(result.answer is Answer.UNKNOWN for result in found):
            return Result(answer=Answer.UNKNOWN, reason=reason)
        if waits:
            return Result(answer=Answer.RETRY_AFTER, after=min(waits), reason=reason)
        return Result(answer=Answer.FORBIDDEN, reason=reason or "no_pager")


async def _asked(pager: Pager, text: str, key: str, to: str) -> Result:
    try:
        return await pager.page(text, key=key, to=to)
    except Exception as error:  # noqa: BLE001 - one broken way must never silence another
        return Result(answer=Answer.UNKNOWN, reason=type(error).__name__)
