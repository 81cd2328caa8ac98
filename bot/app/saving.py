"""Sees that somebody saved policies: whether files changed, and whether whoever writes them is through."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.policy.lists import SHARED
from bot.policy.load import Loaded

#: editors write in steps: so many seconds nothing may have changed
_STILL = 1.0

#: path, size and time of change of every file
Print = tuple[tuple[str, int, int], ...]


@dataclass(kw_only=True, slots=True)
class Saved:
    """What was seen of one community's files."""

    #: as they were when they were last looked at; None before
    seen: Print | None = None
    #: as they were just before the start read them; None where it didn't
    begun: Print | None = None
    #: what the start read, until somebody has looked at it
    loaded: Loaded | None = None


async def settled_folder(policies: Path, community: str, known: Saved, still: float = _STILL) -> Print | None:
    """Return what a community's files look like when they changed, and nobody has written for a moment; else None.

    What goes on changing is looked at the next time.
    """
    before = await asyncio.to_thread(print_of, policies, community)
    if before == known.seen:
        return None
    await asyncio.sleep(still)
    after = await asyncio.to_thread(print_of, policies, community)
    return after if after == before else None


def print_of(policies: Path, community: str) -> Print:
    """Return what a community's files look like from outside."""
    found = []
    for folder in (policies / community, policies / SHARED):
        for path in sorted(folder.rglob("*")):
            try:
                seen = path.stat()
            except OSError:
                # it was there a moment ago, or leads nowhere: whoever reads it says so
                found.append((path.relative_to(policies).as_posix(), -1, -1))
            else:
                if path.is_file():
                    found.append((path.relative_to(policies).as_posix(), seen.st_size, seen.st_mtime_ns))
    return tuple(found)
