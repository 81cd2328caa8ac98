"""Has messages copied: which, by when, and which never."""

from collections.abc import Sequence
from datetime import timedelta

from bot.store.copies import Copy, CopyState, want_copies
from bot.store.engine import Tx
from bot.store.evidence import drop_evidence

#: for so long a copy is tried that nothing waits for
PATIENT = timedelta(minutes=10)


async def want(tx: Tx, community: str, wanted: Sequence[Copy]) -> None:
    """Write down what is to be copied; what never may be copied is let go of, where it was."""
    await want_copies(tx, community, wanted)
    await drop_evidence(tx, [one.message for one in wanted if one.state is CopyState.NEVER])
