"""Takes in what a member asks about their own data, where they are: in the community itself."""

from dataclasses import dataclass

from bot.services.staff.knowing import Caller
from bot.services.subjects.erasing import REQUESTED
from bot.services.subjects.requests import receive
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.holds import active_holds
from bot.store.requests import Request, RequestKind, RequestState, move_request


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A member's request as it stands."""

    #: the request
    request: Request
    #: whether it is a new one; False when the same was asked for before, and isn't answered yet
    is_new: bool
    #: whether an order to keep the data stands in its way
    is_held: bool


async def ask_about_data(work: Work, caller: Caller, kind: RequestKind) -> Asked:
    """Return the caller's open request of a kind, made when there is none.

    Who asks twice has one request, with the first one's clock. Nothing is handed out or erased here: whoever runs the
    program answers it with `locum subject`, after looking who asks.
    """
    await lock_accounts(work.tx, [caller.account])
    request, drafts = await receive(
        work.tx, work.community, caller.account, kind, REQUESTED, work.now, caller.actor()
    )  # fmt: skip
    held = kind is RequestKind.ERASE and bool(await active_holds(work.tx, [caller.account]))
    if held and request.state is RequestState.OPEN:
        request = await move_request(work.tx, request, RequestState.HELD, work.now)
    for draft in drafts:
        work.record(draft)
    return Asked(request=request, is_new=bool(drafts), is_held=held)
