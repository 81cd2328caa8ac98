"""How somebody stands in a Slack workspace: deactivated or not; whatever else there is, Slack doesn't have."""

from collections.abc import Sequence

from adapters.slack.calls import CallError
from adapters.slack.people import People
from bot.domain.message import AccountRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from bot.ports import PlatformUnavailableError

_FOR_GOOD = Standing(held=True)
#: what holds because a member's messages are deleted, where somebody's token may do that
_BY_DELETING = frozenset({OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE, OutcomeKind.BAN})


def emulated(*, admin: bool) -> frozenset[OutcomeKind]:
    """Return the sanctions that hold because what a member writes is deleted: none without an admin's token.

    A ban is one of them until somebody with the right has deactivated the account.
    """
    return _BY_DELETING if admin else frozenset()


async def standings_of(
    people: People, accounts: Sequence[AccountRef], sanction: OutcomeKind
) -> list[Standing | None]:  # fmt: skip
    """Return who is deactivated, for bans; None for anything else, and for whom it can't be told.

    Raises PlatformUnavailableError, ConnectionRevokedError.
    """
    if sanction is not OutcomeKind.BAN:
        return [None] * len(accounts)
    found: list[Standing | None] = []
    for one in accounts:
        if one.workspace != people.door.home.workspace:
            found.append(FREE)
            continue
        try:
            user = await people.now(one.user)
        except CallError as error:
            raise PlatformUnavailableError(error.result.after) from None
        found.append(FREE if user is None or not user.get("deleted") else _FOR_GOOD)
    return found
