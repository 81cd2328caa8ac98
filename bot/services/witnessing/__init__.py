"""A witness for other people's ledgers: what it remembers, what it answers, and what it keeps as evidence."""

from bot.services.witnessing.answer import Answer, Refusal, Witness, answer, make_witness
from bot.services.witnessing.memory import KeyElsewhereError, Memory, MemoryLostError, MemoryUnreadableError, claim

__all__ = [
    "Answer",
    "KeyElsewhereError",
    "Memory",
    "MemoryLostError",
    "MemoryUnreadableError",
    "Refusal",
    "Witness",
    "answer",
    "claim",
    "make_witness",
]
