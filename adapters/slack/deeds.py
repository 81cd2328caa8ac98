"""Makes of a change of a Slack user what was done outside Locum: pure, and without guessing.

Slack says how somebody is now (https://docs.slack.dev/reference/events/user_change), never who made it so; what they
were before is what is remembered of them.
"""

from collections.abc import Iterator
from datetime import datetime

from adapters.slack.contents import Json, text_in
from adapters.slack.members import EXTERNAL, account_ref, roles_of
from adapters.slack.times import ts_of
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed, DeedKind
from bot.domain.sanction import FREE, Standing

_HELD = Standing(held=True)


def deeds_of(workspace: str, user: Json, before: Json | None, at: datetime) -> Iterator[Deed]:
    """Yield what was done to somebody; nothing where nothing is known of how they were, but that they are deactivated.

    `at` is when Slack says that it changed: the same change, told twice, is one deed.
    """
    id_ = text_in(user, "id")
    if not id_:
        return
    member, mark = account_ref(workspace, id_), f"{id_}:{ts_of(at)}"
    gone = user.get("deleted") is True
    was_gone = None if before is None else before.get("deleted") is True
    if gone != (was_gone or False):
        yield Deed(
            id=f"{mark}:deactivated" if gone else f"{mark}:activated",
            kind=DeedKind.STANDING,
            at=at,
            member=member,
            sanction=OutcomeKind.BAN,
            standing=_HELD if gone else FREE,
        )
    if before is None or gone or was_gone:
        # whoever is deactivated has no roles, which nobody took from them
        return
    now, then = roles_of(workspace, user) - {EXTERNAL}, roles_of(workspace, before) - {EXTERNAL}
    if now != then:
        yield Deed(
            id=f"{mark}:roles", kind=DeedKind.ROLES, at=at, member=member, given=now - then, taken=then - now,
        )  # fmt: skip
