"""Every table, by what it is about; migrations are held against these."""

from bot.store.tables.acting import actions, cards
from bot.store.tables.base import metadata
from bot.store.tables.deciding import cases, decisions, sanctions, standings, strikes
from bot.store.tables.judging import effects, incidents, messages, seen
from bot.store.tables.ledger import (
    ledger_checkpoints,
    ledger_cosignatures,
    ledger_entries,
    ledger_heads,
    ledger_nodes,
    ledger_witnesses,
    refusals,
)
from bot.store.tables.people import accounts, legal_holds, sealed_values, subject_keys, subject_requests
from bot.store.tables.places import channels, communities, connections, gaps
from bot.store.tables.running import leases, timers

__all__ = [
    "accounts",
    "actions",
    "cards",
    "cases",
    "channels",
    "communities",
    "connections",
    "decisions",
    "effects",
    "gaps",
    "incidents",
    "leases",
    "ledger_checkpoints",
    "ledger_cosignatures",
    "ledger_entries",
    "ledger_heads",
    "ledger_nodes",
    "ledger_witnesses",
    "legal_holds",
    "messages",
    "metadata",
    "refusals",
    "sanctions",
    "sealed_values",
    "seen",
    "standings",
    "strikes",
    "subject_keys",
    "subject_requests",
    "timers",
]
