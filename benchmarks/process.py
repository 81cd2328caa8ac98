"""The process that measures, or is measured: its core, its memory, and middle values over several."""

import os
import resource
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

MEGABYTE = 1 << 20


def pin() -> None:
    """Keep this process and those it starts on one core, where the system can."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def unpin() -> None:
    """Let this process and those it starts run on every core again."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def postgresql_answers() -> bool:
    """Return whether a PostgreSQL listens on loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


def peak_memory() -> float:
    """Return the most memory that this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # unlike the other figure, this one knows nothing of the process that started this one
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / MEGABYTE
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEGABYTE


def held_memory() -> float:
    """Return the memory that this process holds now, in MB; 0 where the system doesn't say."""
    told = Path("/proc/self/statm")
    if not told.exists():
        return 0.0
    return int(told.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / MEGABYTE


def middle(results: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure over several runs."""
    return {name: median(result[name] for result in results) for name in results[0]}
