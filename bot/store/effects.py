"""Effects: what already followed from a message, by rule and outcome."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select

from bot.domain.effect import EffectKey
from bot.domain.judgement import Mode
from bot.store.bulk import BulkRow, replace_rows
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import effects

_KNOWN = select(effects.c.message, effects.c.rule, effects.c.outcome, effects.c.mode).where(
    effects.c.message.in_(bindparam("ids", expanding=True))
)


async def known_effects(tx: Tx, ids: Collection[str]) -> dict[str, dict[EffectKey, Mode]]:
    """Return what followed from messages, by their surrogates."""
    found: dict[str, dict[EffectKey, Mode]] = defaultdict(dict)
    for part in chunks(ids):
        for message, rule, outcome, mode in await tx.execute(_KNOWN, {"ids": part}):
            found[message][EffectKey(rule, outcome)] = Mode(mode)
    return dict(found)


async def add_effects(tx: Tx, followed: Sequence[BulkRow]) -> None:
    """Remember what followed: message, rule, outcome, decision, mode; what was only watched may have become live."""
    await replace_rows(tx, effects, followed)
