"""Commands of the group `escalation`: the buttons of its cards and messages."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from bot.commands.command import BadInputError, Call, Command
from bot.domain.command import Audience, Reply
from bot.domain.right import Right
from bot.services.cases.errors import CaseError
from bot.services.escalating.answering import Press, acknowledge, go_further, resolve
from bot.services.escalating.taking_over import take_over

_Answer = TypeVar("_Answer")


async def _answered(doing: Awaitable[_Answer]) -> _Answer:
    try:
        return await doing
    except CaseError as error:
        raise BadInputError(error.said) from None


def _press(call: Call) -> Press:
    return Press(
        escalation=call.perhaps("subject", str) or "", version=call.perhaps("version", str) or ""
    )  # fmt: skip


async def _acknowledge(call: Call) -> Reply:
    until = await _answered(acknowledge(call.work, call.caller, _press(call)))
    # whole minutes: nobody waits by the second
    minutes = timedelta(minutes=-((call.work.now - until) // timedelta(minutes=1)))
    return call.answer("escalation.acknowledged", until=minutes)


async def _take_over(call: Call) -> Reply:
    case = await _answered(take_over(call.work, call.caller, _press(call)))
    return call.answer("escalation.taken_over", number=case.number)


async def _resolve(call: Call) -> Reply:
    one = await _answered(resolve(call.work, call.caller, _press(call)))
    return call.answer("escalation.resolved", number=one.case.number)


async def _further(call: Call) -> Reply:
    one = await _answered(go_further(call.work, call.caller, _press(call)))
    return call.answer("escalation.gone_further", number=one.case.number)


COMMANDS: tuple[Command, ...] = (
    Command(
        name="escalation.acknowledge", audience=Audience.MODERATORS, run=_acknowledge, right=Right.VIEW, typed=False
    ),
    Command(name="escalation.take_over", audience=Audience.MODERATORS, run=_take_over, right=Right.CLAIM, typed=False),
    Command(name="escalation.resolve", audience=Audience.MODERATORS, run=_resolve, right=Right.VIEW, typed=False),
    Command(name="escalation.further", audience=Audience.MODERATORS, run=_further, right=Right.ESCALATE, typed=False),
)
