"""Respects what somebody did to a sanction on the platform itself: what Locum holds of it says the same afterwards."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.outside import Deed
from bot.domain.sanction import Sanction, Standing, changed_ends, outlasts, wanted
from bot.services.sanctioning import change_ends, end_early
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.sanctions import active_sanctions
from bot.store.standings import UNKNOWN_MEMBER, known_standings, yield_standing


async def respect(work: Work, deed: Deed, account: str, actor: Actor) -> None:
    """Lift, lengthen or shorten what Locum holds of a sanction, as it was done on the platform.

    A sanction that was decided after the deed isn't meant by it. Where Locum holds nothing, nothing happens: what
    others set on a member is theirs.
    """
    if deed.sanction is None:
        return
    await lock_accounts(work.tx, [account])
    key = account, deed.sanction
    before = (await known_standings(work.tx, [account])).get(key, UNKNOWN_MEMBER).ours
    # what the platform shows from now on isn't what Locum set there
    was_ours = await yield_standing(work.tx, key, deed.standing, deed.at)
    active = (await active_sanctions(work.tx, [account], work.now)).get(account, [])
    meant = [one for one in active if one.kind is deed.sanction and one.start <= deed.at]
    if not meant:
        return
    if deed.standing.held:
        ends = _ends(meant, deed.standing, before if was_ours else None)
        drafts = await change_ends(work.tx, work.community, ends, actor=actor, policy=work.policies.version)
    else:
        names = [one.id for one in meant]
        _, drafts = await end_early(
            work.tx, work.community, names, work.now, actor=actor, policy=work.policies.version
        )  # fmt: skip
    for draft in drafts:
        work.record(draft)


def _ends(meant: Sequence[Sanction], shown: Standing, before: Standing | None) -> dict[str, datetime | None]:
    """Return when sanctions end now; `before` is what Locum had set, None where that wasn't on the platform.

    Only what stood there was made shorter: of a long timeout, the platform holds no more than a piece.
    """
    lasting = wanted(meant, meant[0].kind, max(one.start for one in meant))
    is_longer = outlasts(shown, lasting)
    is_shorter = before is not None and outlasts(before, shown)
    return changed_ends(meant, shown) if is_longer or is_shorter else {}
