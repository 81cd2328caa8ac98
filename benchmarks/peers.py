"""Cases about other ways of finding words: one search a term, and better-profanity, in turn with the evaluator."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from better_profanity import Profanity

from benchmarks.chat import as_message, chat
from benchmarks.made_policies import load
from benchmarks.measure import alternating, judge, settle
from benchmarks.vocabulary import terms
from bot.domain.message import Message

_BLOCKS = 10
_CHAT = 4


def peers(policies: str, words: int, messages: int, searched: int, censored: int) -> dict[str, float]:
    """Return messages a second of the evaluator and of the others, each with the same words.

    The others are too slow for all the messages: they get so many of each block, evenly taken from it.
    """
    compiled = load(Path(policies))
    listed = terms(words)
    said = [as_message(one) for one in chat(messages, seed=_CHAT, listed=listed)]
    history = compiled.history()
    size = messages // _BLOCKS
    blocks = [said[first : first + size] for first in range(0, size * _BLOCKS, size)]
    works: dict[str, list[Callable[[], object]]] = {}
    works["locum"] = [partial(judge, compiled, block, history) for block in blocks]
    counts = {"locum": size * _BLOCKS}
    for name, finds, wanted in (
        ("one search a term", _searches(listed), searched),
        ("better-profanity", _censor(listed) if censored else None, censored),
    ):
        if finds is not None:
            chosen = [_evenly(block, wanted // _BLOCKS) for block in blocks]
            works[name] = [partial(_count, finds, part) for part in chosen]
            counts[name] = sum(map(len, chosen))
    settle()
    taken = alternating(works)
    rates = {name: counts[name] / taken[name] for name in works}
    ratios = {f"times {name}": rates["locum"] / rate for name, rate in rates.items() if name != "locum"}
    return {f"{name} messages/s": rate for name, rate in rates.items()} | ratios


def _searches(listed: list[str]) -> Callable[[str], bool]:
    """Return what bots do most often: one compiled pattern a term, each tried on each message."""
    searches = [re.compile(rf"\b{re.escape(term)}\b", re.IGNORECASE).search for term in listed]
    return lambda text: any([search(text) is not None for search in searches])  # noqa: C419  # every term is wanted


def _censor(listed: list[str]) -> Callable[[str], bool]:
    censor = Profanity(listed)
    return lambda text: bool(censor.contains_profanity(text))


def _evenly(block: list[Message], wanted: int) -> list[Message]:
    return block[:: max(1, len(block) // max(1, wanted))][:wanted]


def _count(finds: Callable[[str], bool], messages: list[Message]) -> int:
    return sum(finds(message.text) for message in messages)
