"""The case about loading: how long policies take from their files to a compiled set, and how much memory."""

from pathlib import Path
from time import process_time

from benchmarks.process import peak_memory
from bot.policy.load import load_policies


def load(policies: str, community: str) -> dict[str, float]:
    """Return how long loading takes, the whole process with it, and its peak memory."""
    begun = process_time()
    loaded = load_policies(Path(policies), community, live=True)
    taken = process_time() - begun
    assert loaded.policies is not None, loaded.problems[:3]
    return {"load s": taken, "process s": process_time(), "peak MB": peak_memory()}
