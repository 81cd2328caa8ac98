"""Builds the whole story of a message: from what was written to who answered for what followed."""

from collections.abc import Sequence

from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.domain.message import MessageRef
from bot.ledger.errors import SealError
from bot.ports import Keys
from bot.services.record import Draft, record
from bot.services.tracing.casework import appeal_links, approval_links, case_links, escalation_links
from bot.services.tracing.chain import Chain
from bot.services.tracing.gathering import Gathered, gather
from bot.services.tracing.linking import action_links, decision_links, finding_links, report_links, sanction_links
from bot.services.tracing.tracing import Tracing
from bot.services.unsealing import sealed_text
from bot.store.engine import Tx
from bot.store.tracing import traced_messages

#: what a look at a message is called in the ledger
_WHAT = "message"


async def chain_of(tracing: Tracing, ref: MessageRef, language: str) -> Chain:
    """Return everything that followed from a message; an empty chain from one that nothing followed from.

    What it said is opened from the evidence: whoever shows that to somebody has the look recorded, see `note_look`.
    """
    async with tracing.store.reading() as tx:
        message = (await traced_messages(tx, tracing.community, [ref])).get(ref)
        if message is None:
            return Chain()
        found = await gather(tx, tracing.policies, message, tracing.now)
        text = await _text(tx, tracing.keys, found)
    return Chain(text=text, marks=_marks(found), links=tuple(
        link
        for links in (
            finding_links, report_links, decision_links, approval_links, action_links, sanction_links, case_links,
            escalation_links, appeal_links,
        )
        for link in links(found, language)
    ))  # fmt: skip


async def marked(tracing: Tracing, refs: Sequence[MessageRef]) -> tuple[MessageRef, ...]:
    """Return those messages that something followed from, in the order in which they were given."""
    if not refs:
        return ()
    async with tracing.store.glancing() as tx:
        found = await traced_messages(tx, tracing.community, refs)
    return tuple(ref for ref in refs if ref in found)


async def note_look(tracing: Tracing, ref: MessageRef, actor: Actor) -> None:
    """Record that somebody was shown what a message said, and what followed from it."""
    async with tracing.store.writing() as tx:
        message = (await traced_messages(tx, tracing.community, [ref])).get(ref)
        if message is None:
            return
        draft = Draft(
            kind=EntryKind.VIEWED,
            actor=actor,
            policy=tracing.policies.version,
            details={"what": _WHAT, "account": message.account},
        )
        await record(tx, tracing.keys, tracing.community, tracing.now, [draft])


async def _text(tx: Tx, keys: Keys, found: Gathered) -> str:
    """Return what was written when it was judged last; empty where nothing was kept, or it was erased."""
    decided = [one.id for one in found.decisions if one.message == found.message.id]
    for number in found.recorded.evidence(found.message.id, decided):
        try:
            text = await sealed_text(tx, keys, found.policies.community, number, "details.evidence")
        except SealError:
            # `locum verify` names it; the links stand without it
            continue
        if text:
            return text
    return ""


def _marks(found: Gathered) -> tuple[tuple[int, int], ...]:
    """Return the offending words of the newest text that rules found something in."""
    for decision in reversed(found.decisions):
        spans = {span for one in found.recorded.findings(decision.id) for span in one.spans}
        if spans:
            return tuple(sorted(spans))
    return ()
