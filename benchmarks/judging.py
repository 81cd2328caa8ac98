"""Cases about the evaluator: throughput, time a message, growth with terms and rules, crafted messages."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.chat import START, Said, as_message, chat
from benchmarks.crafted import SHAPES, craft
from benchmarks.made_policies import load
from benchmarks.measure import alternating, at_share, each, judge, seconds, settle
from benchmarks.process import peak_memory
from benchmarks.vocabulary import terms
from bot.domain.message import Message

SHORT, LONG = 4_000, 40_000
_BLOCK = 500
_CHAT, _WARMING, _CRAFTED = 1, 2, 3
#: members who wrote nothing else, so that no flood is among what is measured
_STRANGERS = 1_000_000


def throughput(policies: str, messages: int, listed: int) -> dict[str, float]:
    """Return messages a second over messages that are new, and over the same ones again with an empty history."""
    compiled = load(Path(policies))
    said = _messages(messages, listed)
    settle()
    figures = {}
    for name in ("cold", "warm"):
        history = compiled.history()
        figures[f"{name} messages/s"] = messages / seconds(partial(judge, compiled, said, history))
    return figures | {"peak MB": peak_memory()}


def latency(policies: str, messages: int, listed: int) -> dict[str, float]:
    """Return how long single messages take, each of them new."""
    compiled = load(Path(policies))
    said = _messages(messages, listed)
    settle()
    taken = each(compiled, said, compiled.history())
    shares = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    return {f"{name} µs": at_share(taken, share) for name, share in shares.items()} | {"worst µs": max(taken)}


def growth(policies: Sequence[str], messages: int, listed: int) -> dict[str, float]:
    """Return µs a message for each folder of policies, judged in turn over the same new messages.

    A folder's name ends with its number of terms or rules.
    """
    sets = {folder.rpartition("-")[2]: load(Path(folder)) for folder in policies}
    said = _messages(messages, listed)
    settle()
    blocks = [said[first : first + _BLOCK] for first in range(0, len(said), _BLOCK)]
    works: dict[str, list[Callable[[], object]]] = {}
    for name, compiled in sets.items():
        history = compiled.history()
        works[name] = [partial(judge, compiled, block, history) for block in blocks]
    return {name: taken / messages * 1e6 for name, taken in alternating(works).items()}


def worst(policies: str, messages: int, listed: int, variants: int) -> dict[str, float]:
    """Return for each crafted shape the ms of a message of 4,000 characters, and how much longer 40,000 take."""
    compiled = load(Path(policies))
    history = compiled.history()
    words = [term for term in terms(listed) if " " not in term]
    judge(compiled, _messages(messages, listed, seed=_WARMING), history)
    settle()
    figures = {}
    number = _STRANGERS
    for shape in SHAPES:
        taken = {}
        for length in (SHORT, LONG):
            crafted = []
            for variant in range(variants):
                number += 1
                crafted.append(_crafted(craft(shape, length, variant + length, words), number))
            taken[length] = median(each(compiled, crafted, history)) / 1_000
        figures[f"{shape} ms"] = taken[SHORT]
        figures[f"{shape} growth"] = taken[LONG] / taken[SHORT]
    return figures


def _messages(count: int, listed: int, *, seed: int = _CHAT) -> list[Message]:
    return [as_message(said) for said in chat(count, seed=seed, listed=terms(listed))]


def _crafted(text: str, number: int) -> Message:
    at = START + timedelta(days=30, seconds=number - _STRANGERS)
    return as_message(
        Said(number=number, at=at, member=number, channel=0, text=text, mentioned=None, answers=None, file=None)
    )
