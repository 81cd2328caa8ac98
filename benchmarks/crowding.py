"""A crowd in a process of its own: how it is begun and spoken to, and how it says so much a second."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from time import perf_counter

Figures = dict[str, float]
#: seconds between two things that a crowd does
TICK = 0.02
#: seconds for which anything is waited
PATIENCE = 600.0


@asynccontextmanager
async def crowd(module: str, name: str, **given: float) -> AsyncIterator[Process]:
    """Run a crowd while the block runs; its first line says where it is."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, name, json.dumps(given), stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def go_on(process: Process) -> None:
    """Let a crowd go on, which waits to be told so."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    await process.stdin.drain()


async def line(process: Process) -> str:
    """Return the next line that a crowd says."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def serve(where: str, case: Callable[[], Awaitable[Figures]]) -> None:
    """Say where a crowd is, and once told so let it do its part, say what it saw, and wait to be ended."""
    loop = asyncio.get_running_loop()
    say(where)
    await loop.run_in_executor(None, sys.stdin.readline)
    say(json.dumps(await case()))
    await loop.run_in_executor(None, sys.stdin.readline)


def say(text: str) -> None:
    """Say one line to whoever began the crowd."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def talk(number: int) -> str:
    """Return something that nobody minds, each number something else."""
    return f"well, number {number} is what I wanted to say about the boats in the bay, and when they come in"


async def at(rate: float, seconds: float, speak: Callable[[int], None]) -> float:
    """Speak so often a second for so long, and return by how much it fell behind at last."""
    begun, told = perf_counter(), 0
    while told < rate * seconds:
        for _ in range(int(min(rate * seconds, (perf_counter() - begun) * rate) - told)):
            speak(told)
            told += 1
        await asyncio.sleep(TICK / 4)
    return perf_counter() - begun - seconds


async def until(so: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Return how many seconds passed until it was so, or as many as are waited for at most."""
    begun = perf_counter()
    while not so() and perf_counter() - begun < seconds:
        await asyncio.sleep(TICK)
    return perf_counter() - begun
