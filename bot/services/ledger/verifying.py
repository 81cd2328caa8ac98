"""Checks a whole ledger: the tree, what was signed, every entry, and the domain's rows against them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.entry_kind import EntryKind
from bot.i18n import Phrase
from bot.ledger import entries
from bot.ledger.errors import LedgerError
from bot.ledger.keys import Verifier
from bot.services.ledger.findings import Findings
from bot.services.ledger.parity import Parity
from bot.services.ledger.vouching import Expected, Vouching
from bot.services.ledger.walking import BATCH, Walk
from bot.services.record import NotBegunError
from bot.store.engine import Store
from bot.store.ledger import growing, reading, signing


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What the check of one ledger found."""

    #: whose ledger
    community: str
    #: its name
    origin: str
    #: how much was looked at, by what it was: entries, nodes, checkpoints, cosignatures, strange, rows
    looked: dict[str, int]
    #: entries after the newest checkpoint: nobody has signed them yet
    unsigned: int
    #: the first problems
    problems: tuple[Phrase, ...]
    #: how many problems there are
    count: int
    #: witnesses that haven't cosigned the newest checkpoint: key, state, since when
    unwitnessed: tuple[tuple[str, str, datetime], ...]


async def ledgers(store: Store) -> dict[str, str]:
    """Return the ledgers' names by community; an empty one where entries are left and the head is gone."""
    async with store.reading() as tx:
        found = dict.fromkeys(await reading.headless(tx), "")
        return found | {head.community: head.origin for head in await growing.heads(tx)}


async def verify(
    store: Store,
    community: str,
    *,
    logs: Sequence[Verifier],
    witnesses: Sequence[Verifier] = (),
    expected: Sequence[Expected] = (),
    whole: bool = True,
    batch: int = BATCH,
) -> Report:
    """Check a ledger in one transaction that sees one state of everything, in memory that doesn't grow with it.

    `logs` are the ledger's keys that are trusted, `expected` what others hold of it. Unless `whole`, entries aren't
    read and the domain's rows are left out: tree, checkpoints and cosignatures are checked. Raises NotBegunError.
    """
    findings = Findings()
    async with store.reading() as tx:
        head = await growing.head(tx, community)
        if head is None:
            if community not in await reading.headless(tx):
                raise NotBegunError
            findings.problem("head_missing", community=community)
            return _report(community, "", 0, findings)
        walk = Walk(tx=tx, head=head, findings=findings, batch=batch)
        vouching = Vouching(
            tx=tx, head=head, findings=findings, logs=list(logs), witnesses=witnesses, expected=expected
        )
        parity = Parity(tx=tx, community=community, findings=findings)
        while (stretch := await walk.next()) is not None:
            await vouching.follow(stretch)
            if whole:
                _read(stretch.entries, parity)
        await walk.close()
        await vouching.close(walk.frontier.size)
        if whole:
            await parity.close(head.size)
        behind = [one for one in await signing.witnesses(tx, community) if one.size < head.signed]
    unwitnessed = tuple((one.witness, one.state, one.since) for one in behind)
    return _report(community, head.origin, head.size - head.signed, findings, unwitnessed)


def _read(found: Sequence[tuple[int, bytes]], parity: Parity) -> None:
    """Name entries that aren't any, call themselves others, or are of no known kind; add up what the others say."""
    findings = parity.findings
    for number, body in found:
        try:
            entry = entries.read(body)
        except LedgerError:
            findings.problem("entry_unreadable", seq=number)
            continue
        if entry.seq != number:
            findings.problem("entry_elsewhere", seq=number, says=entry.seq)
        if entry.kind not in _KINDS:
            findings.problem("entry_unknown", seq=number)
        parity.follow(entry)


_KINDS = frozenset(kind.value for kind in EntryKind)


def _report(
    community: str,
    origin: str,
    unsigned: int,
    findings: Findings,
    unwitnessed: tuple[tuple[str, str, datetime], ...] = (),
) -> Report:
    return Report(
        community=community,
        origin=origin,
        looked=findings.looked,
        unsigned=max(unsigned, 0),
        problems=tuple(findings.problems),
        count=findings.count,
        unwitnessed=unwitnessed,
    )
