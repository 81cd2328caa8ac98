"""Records what was decided, done, viewed or refused: the one way into a community's ledger."""

import dataclasses
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby

from bot.domain.actor import Actor, read_actor
from bot.domain.retention import Retention, keeps
from bot.errors import LocumError
from bot.ledger import canonical, entries, sealing, tree
from bot.ledger.canonical import Plain
from bot.ledger.entries import Entry
from bot.ledger.filing import filed_under
from bot.ledger.keys import is_name
from bot.ledger.sealing import Wrapped, WrappingKey
from bot.ledger.tree import Frontier
from bot.ports import Keys
from bot.store import refusals, subject_keys
from bot.store.engine import Tx
from bot.store.ledger import growing
from bot.store.sealed_values import Sealed, add_sealed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

#: refusals that repeat within it are one entry
_WINDOW = timedelta(minutes=10)
#: windows that one transaction closes
_AT_ONCE = 1_000


class NotBegunError(LocumError):
    """This community has no ledger yet: it begins with `begin_ledger`, before anything is recorded."""


class OtherOriginError(LocumError):
    """The ledger has another name already, and keeps it: set the origin back to what it was."""


class FieldError(LocumError):
    """A private value belongs to a place of its own in the details: keys joined by dots, nothing there before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Private:
    """A personal value of an entry: the entry commits to it, and it is kept apart, sealed."""

    #: the keys that lead to it, joined by dots: `details.evidence`
    field: str
    #: surrogate of the account whose it is
    account: str
    #: the value
    value: Plain = dataclasses.field(repr=False)
    #: why it is kept, which says for how long
    retention: Retention


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An entry before it has its number and time."""

    #: what it is about: an EntryKind
    kind: str
    #: who did it
    actor: Actor
    #: version of the policy set
    policy: str | None = None
    #: surrogate of the case
    case: str | None = None
    #: surrogate of the action
    action: str | None = None
    #: what the kind asks for: surrogates, codes and numbers
    details: Mapping[str, Plain] = dataclasses.field(default_factory=dict)
    #: personal values that belong into the details
    private: tuple[Private, ...] = ()
    #: how often, where it was refused
    refused: int = 0


async def begin_ledger(tx: Tx, community: str, origin: str, at: datetime) -> None:
    """Begin a community's ledger under a name that its checkpoints carry for ever; once begun, nothing changes.

    Raises OtherOriginError when it began under another name.
    """
    if not is_name(origin):
        raise OtherOriginError(f"{origin!r} can't name a ledger: it needs a name without blanks and plus signs.")
    await growing.begin(tx, community, origin, at)
    head = await growing.head(tx, community)
    if head is None or head.origin != origin:
        raise OtherOriginError


async def record(tx: Tx, keys: Keys, community: str, at: datetime, drafts: Sequence[Draft]) -> range:
    """Append entries to the community's ledger and return their numbers.

    Call it last in a transaction: it takes the ledger's head, the last lock of all. Entries and tree are there exactly
    when the transaction commits. Raises NotBegunError.
    """
    if not drafts:
        return range(0)
    owned = await _subjects(tx, keys, community, drafts)
    head = await growing.lock_head(tx, community)
    if head is None:
        raise NotBegunError
    sealed: list[Sealed] = []
    made = [_entry(seq, at, draft, owned, sealed) for seq, draft in enumerate(drafts, head.size)]
    written = [(entries.write(entry), filed_under(entry)) for entry in made]
    growth = tree.append(Frontier(size=head.size, peaks=head.peaks), [tree.leaf_hash(body) for body, _ in written])
    await growing.append(tx, head, written, growth.nodes(), growth.frontier.peaks)
    await add_sealed(tx, community, sealed)
    return range(head.size, head.size + len(made))


async def refuse(tx: Tx, keys: Keys, community: str, at: datetime, draft: Draft, *, key: str) -> None:
    """Record that somebody was refused; call it last in a transaction.

    The first refusal with a `key` (who, what, why) is an entry at once. Those that repeat it within ten minutes are
    counted, and become one entry when the window closes, so that nobody can flood the ledger with attempts.
    """
    digest = sha256(key.encode()).hexdigest()
    repeated = _written(draft)
    before = await refusals.count_refusal(tx, community, digest, repeated, at, at + _WINDOW)
    drafts = []
    if before is None:
        # the window was over, and nobody has closed it yet
        over = await refusals.close_window(tx, community, digest)
        drafts += _counted(over) if over else []
        before = await refusals.count_refusal(tx, community, digest, repeated, at, at + _WINDOW)
    if before == 0:
        drafts.append(replace(draft, refused=1))
    await record(tx, keys, community, at, drafts)


async def close_refusals(tx: Tx, keys: Keys, now: datetime) -> int:
    """Record what repeated in the windows that are over, and return how many entries that took.

    A timer calls it, with nothing else in the transaction: it may take the heads of several ledgers, in order. What it
    leaves for the next time, because there is too much, is still counted.
    """
    written = 0
    for community, windows in groupby(await refusals.close_windows(tx, now, _AT_ONCE), key=lambda one: one.community):
        drafts = [draft for window in windows for draft in _counted(window)]
        written += len(await record(tx, keys, community, now, drafts))
    return written


def _written(draft: Draft) -> str:
    """Return what is kept of a draft to count it by; its personal values stand in the first entry."""
    kept: dict[str, Plain] = {
        "kind": str(draft.kind),
        "actor": draft.actor.record(),
        "policy": draft.policy,
        "case": draft.case,
        "action": draft.action,
        "details": draft.details,
    }
    return canonical.write(kept).decode()


def _counted(window: refusals.Window) -> list[Draft]:
    """Return the entry about what repeated, if anything did."""
    if not window.count:
        return []
    kept = json.loads(window.draft)
    return [Draft(**kept | {"actor": read_actor(kept["actor"])}, refused=window.count)]


def _entry(seq: int, at: datetime, draft: Draft, owned: Mapping[str, bytes], sealed: list[Sealed]) -> Entry:
    """Return the entry, after putting its personal values aside, sealed."""
    details = draft.details
    for private in draft.private:
        salt = sealing.new_salt()
        details = _placed(details, private.field, entries.commit(sealing.commitment(salt, private.value)))
        value = sealing.seal(canonical.write(private.value), owned[private.account], seq=seq, field=private.field)
        sealed.append(
            Sealed(
                seq=seq,
                field=private.field,
                account=private.account,
                salt=salt,
                sealed=value,
                retention=private.retention.value,
                until=at + keeps(private.retention),
            )
        )
    return Entry(
        seq=seq,
        at=(at - _EPOCH) // _MILLISECOND,
        kind=str(draft.kind),
        actor=draft.actor.record(),
        policy=draft.policy,
        case=draft.case,
        action=draft.action,
        refused=draft.refused,
        details=details,
    )


def _placed(details: Mapping[str, Plain], path: str, commitment: Plain) -> dict[str, Plain]:
    """Return the details with a commitment at the end of the path."""
    first, *keys = path.split(".")
    if first != "details" or not all(keys) or not keys:
        raise FieldError
    placed = dict(details)
    inner = placed
    for key in keys[:-1]:
        below = inner.get(key, {})
        if not isinstance(below, Mapping) or "commitment" in below:
            raise FieldError
        inner[key] = copied = dict(below)
        inner = copied
    if keys[-1] in inner:
        raise FieldError
    inner[keys[-1]] = commitment
    return placed


async def _subjects(tx: Tx, keys: Keys, community: str, drafts: Sequence[Draft]) -> dict[str, bytes]:
    """Return the subjects' keys that the drafts need.

    They are held before the ledger's head, and nothing of them outlives the transaction: an erased key must not
    live on in memory.
    """
    return await keys_of_subjects(
        tx, keys, community, {private.account for draft in drafts for private in draft.private}
    )


async def keys_of_subjects(tx: Tx, keys: Keys, community: str, accounts: Collection[str]) -> dict[str, bytes]:
    """Return the keys under which these accounts' values are sealed, made where they are missing.

    They stay as they are until the transaction ends. Whoever seals beside the ledger makes sure before that none of
    the accounts was forgotten.
    """
    accounts = set(accounts)
    if not accounts:
        return {}
    wrapping = {secret.id: WrappingKey(id=secret.id, secret=secret.value) for secret in keys.wrapping()}
    newest = wrapping[keys.wrapping()[0].id]
    found = await subject_keys.hold_keys(tx, accounts)
    while missing := accounts - found.keys():
        made = {account: sealing.wrap(sealing.new_key(), newest, account) for account in missing}
        await subject_keys.add_keys(
            tx, community, {account: (wrapped.key_id, wrapped.data) for account, wrapped in made.items()}
        )
        found |= await subject_keys.hold_keys(tx, missing)
    return {
        account: sealing.unwrap(Wrapped(key_id=key_id, data=data), wrapping, account)
        for account, (key_id, data) in found.items()
    }
