"""Clocks: CPU time of one core, so that what else runs on the machine counts little."""

import gc
from collections.abc import Callable, Iterable, Sequence
from time import process_time, thread_time_ns

from bot.domain.facts import NO_FACTS
from bot.domain.message import Message
from bot.policy.evaluate import evaluate
from bot.policy.history import History
from bot.policy.policy_set import PolicySet


def settle() -> None:
    """Do what every long run does after loading: leave what was loaded out of later collections."""
    gc.collect()
    gc.freeze()


def judge(policies: PolicySet, messages: Iterable[Message], history: History) -> int:
    """Judge messages in order, remember each, and return how many were flagged."""
    flagged = 0
    for message in messages:
        judgement = evaluate(policies, message, NO_FACTS, history, message.at)
        history.observe(judgement.features)
        flagged += bool(judgement.findings)
    return flagged


def seconds(work: Callable[[], object]) -> float:
    """Return how much CPU time some work takes."""
    begun = process_time()
    work()
    return process_time() - begun


def each(policies: PolicySet, messages: Iterable[Message], history: History) -> list[float]:
    """Return the microseconds that judging and remembering takes, message by message."""
    taken = []
    for message in messages:
        begun = thread_time_ns()
        judgement = evaluate(policies, message, NO_FACTS, history, message.at)
        history.observe(judgement.features)
        taken.append((thread_time_ns() - begun) / 1_000)
    return taken


def at_share(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def alternating(works: dict[str, list[Callable[[], object]]]) -> dict[str, float]:
    """Do the works in turn, block by block, each block in another order; return the CPU seconds of each."""
    taken = dict.fromkeys(works, 0.0)
    names = list(works)
    for number, blocks in enumerate(zip(*works.values(), strict=True)):
        for place in range(len(names)):
            chosen = (place + number) % len(names)
            taken[names[chosen]] += seconds(blocks[chosen])
    return taken
