"""A start and a drain as lists of steps: in order, each within its time, and undone when one of a start fails."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.app.logs import Log
from bot.errors import LocumError

_T = TypeVar("_T")
#: seconds that undoing one step may take
_UNDOING = 15.0
#: seconds for which what is called off may go on
_ENDING = 5.0


class StepError(LocumError):
    """A step of the start took too long: whatever it waits for doesn't answer."""

    def __init__(self, step: str) -> None:
        super().__init__(f"{(type(self).__doc__ or '').rstrip('.')} ({step}).")
        #: which one
        self.step = step


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a start or a drain."""

    #: what it is called in logs
    name: str
    #: what it does
    do: Callable[[], Awaitable[None]]
    #: takes back what was begun, or what was half begun; None where nothing is left behind
    undo: Callable[[], Awaitable[None]] | None = None
    #: seconds that it may take
    seconds: float


async def within(seconds: float, work: Awaitable[_T]) -> _T:
    """Return what the work comes to; raise TimeoutError at the time, whether or not the work can be called off.

    A statement that hangs inside a database's driver can't be: nobody waits for it then.
    """

    async def awaited() -> _T:
        return await work

    task = asyncio.create_task(awaited())
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait({task}, timeout=_ENDING)
        raise
    if not done:
        _called_off.add(task)
        task.add_done_callback(_forget)
        task.cancel()
        raise TimeoutError
    return task.result()


_called_off: set[asyncio.Task[Any]] = set()


def _forget(task: asyncio.Task[Any]) -> None:
    _called_off.discard(task)
    if not task.cancelled():
        task.exception()


async def start(steps: Sequence[Step], tell: Log) -> None:
    """Do all steps in order; when one fails, undo it and those before it in reverse, and raise what it raised."""
    for index, step in enumerate(steps):
        try:
            await within(step.seconds, step.do())
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError):
                tell.info("start_called_off", step=step.name)
            else:
                tell.error("start_failed", step=step.name, problem=error)
            await _undo(steps[: index + 1][::-1], tell)
            if isinstance(error, TimeoutError):
                raise StepError(step.name) from error
            raise
        tell.debug("step_done", step=step.name)


async def _undo(steps: Sequence[Step], tell: Log) -> None:
    undoing = [Step(name=step.name, do=step.undo, seconds=_UNDOING) for step in steps if step.undo is not None]
    await drain(undoing, tell, done="step_undone")


async def drain(steps: Sequence[Step], tell: Log, *, done: str = "step_done") -> bool:
    """Do all steps in order whatever happens to each, and return whether all went well."""
    well = True
    for step in steps:
        try:
            await within(step.seconds, step.do())
        except Exception as error:  # noqa: BLE001 - the next steps matter as much
            tell.error("step_failed", step=step.name, problem=error)
            well = False
        else:
            tell.debug(done, step=step.name)
    return well


async def cancelled(task: asyncio.Task[Any] | None) -> None:
    """Call a task off and return once it has ended, however it did."""
    if task is not None:
        task.cancel()
        await asyncio.wait({task})


async def all_of(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Await everything, and raise the first error once all have ended."""
    ended = await asyncio.gather(*work, return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
