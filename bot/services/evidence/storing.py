"""Keeps what was copied: files under their author's key, what stood around under its authors', and an entry of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.actor import scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.evidence import Copied
from bot.domain.message import Attachment, Message, MessageRef
from bot.domain.retention import Retention
from bot.ledger import sealing
from bot.ledger.canonical import Plain
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.cases.holding import show_case
from bot.services.evidence.looking import Found
from bot.services.intake.translate import evidence_of, sound_message_id, sound_stream
from bot.services.record import Draft, Private, keys_of_subjects
from bot.services.work import begin_work
from bot.store.accounts import account_refs, known_accounts, lock_accounts
from bot.store.cases import read_cases
from bot.store.channels import known_channels
from bot.store.columns import new_id
from bot.store.copies import Copy, CopyState, copies_of, end_copy, hold_copy
from bot.store.engine import Tx
from bot.store.evidence import Kept, add_evidence, note_entry
from bot.store.messages import known_messages

#: who copies
_COPIER = scheduler("copy")
#: characters of a file's name
_LONGEST_NAME = 255
#: what nobody saw, and would have been copied
_UNSEEN = Attachment(id="", name="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Storing:
    """What a copy is kept with."""

    #: for sealing and the ledger
    keys: Keys = field(repr=False)
    #: the community
    community: str
    #: the active policies
    policies: PolicySet
    #: for so long files are kept
    keeps: timedelta


async def keep(tx: Tx, storing: Storing, copy: Copy, found: Found, now: datetime) -> bool:
    """Store what was copied of a message, let go what waited for it, and return whether it was still waited for.

    Of whoever was forgotten meanwhile nothing is stored.
    """
    authors = await _authors(tx, storing.community, found.around)
    people = {copy.account, *authors.values()}
    await lock_accounts(tx, people)
    if not await hold_copy(tx, copy.message):
        return False
    there = await account_refs(tx, people)
    unseen = [Copied(file=_UNSEEN, missing=found.missing)] * copy.files
    files = list(found.files) if found.missing is None else unseen
    kept: list[Kept] = []
    private: list[Private] = []
    if copy.account in there:
        kept = await _sealed(tx, storing, copy, files, now)
        if found.files:
            names = [_said(one, held.id) for one, held in zip(files, kept, strict=True)]
            private.append(
                Private(field="details.names", account=copy.account, value=names, retention=Retention.EVIDENCE)
            )
    written = [one for one in found.around if authors.get(one.ref) in there]
    private += [_written(number, one, authors[one.ref]) for number, one in enumerate(written)]
    await add_evidence(tx, storing.community, kept)
    await end_copy(tx, copy, now)
    if not files and not private:
        return True
    draft = Draft(
        kind=EntryKind.COPIED, actor=_COPIER, policy=storing.policies.version, case=copy.case,
        details=_details(copy, kept), private=tuple(private),
    )  # fmt: skip

    async def noting(seq: int) -> None:
        await note_entry(tx, copy.message, seq)

    work = await begin_work(tx, storing.keys, storing.policies, now)
    if kept and copy.case is not None:
        found_case = (await read_cases(tx, storing.community, [copy.case])).get(copy.case)
        if found_case is not None:
            await show_case(work, found_case)
    work.record(draft, noting=noting)
    await work.finish()
    return True


async def _sealed(tx: Tx, storing: Storing, copy: Copy, files: Sequence[Copied], now: datetime) -> list[Kept]:
    """Return a message's files as they are stored: the bytes under their author's key, each bound to its row."""
    key = (await keys_of_subjects(tx, storing.keys, storing.community, [copy.account]))[copy.account]
    kept = []
    for place, one in enumerate(files):
        name = new_id()
        data = None if one.data is None else sealing.seal(one.data, key, seq=place, field=f"evidence/{name}")
        kept.append(
            Kept(
                id=name, message=copy.message, account=copy.account, place=place, media=one.media, size=one.size,
                missing=one.missing, until=now + storing.keeps, sealed=data,
            )
        )  # fmt: skip
    return kept


def opened(kept: Kept, key: bytes) -> bytes:
    """Return a file's bytes under its subject's key; raise SealError where they were altered or moved."""
    return b"" if kept.sealed is None else sealing.unseal(kept.sealed, key, seq=kept.place, field=f"evidence/{kept.id}")


def _said(one: Copied, name: str) -> dict[str, Plain]:
    """Return what the entry says of a file, sealed: its name is its author's own word."""
    said: dict[str, Plain] = {
        "file": name, "name": evidence_of(one.file.name)[:_LONGEST_NAME], "media": one.media.value,
    }  # fmt: skip
    more: dict[str, Plain] = {"size": one.size, "sha256": one.sha256, "missing": one.missing and one.missing.value}
    return said | {name: value for name, value in more.items() if value not in (None, "")}


def _written(number: int, message: Message, account: str) -> Private:
    value = {"text": evidence_of(message.text), "at": message.at.isoformat()}
    return Private(field=f"details.written.{number}", account=account, value=value, retention=Retention.AROUND)


def _details(copy: Copy, kept: Sequence[Kept]) -> Mapping[str, Plain]:
    missing = Counter(one.missing.value for one in kept if one.missing is not None)
    said: dict[str, Plain] = {"message": copy.message, "account": copy.account, "files": len(kept)}
    said["kept"] = sum(one.missing is None for one in kept)
    return said | ({"missing": dict(sorted(missing.items()))} if missing else {})


async def _authors(tx: Tx, community: str, around: Sequence[Message]) -> dict[MessageRef, str]:
    """Return the surrogates of those who wrote around a message, by what they wrote.

    What has no text, nobody known as its author, or may never be copied is missing.
    """
    said = {one.ref: one for one in around if one.author.account is not None and one.text}
    accounts = await known_accounts(tx, community, {one.author.account for one in said.values() if one.author.account})
    places = {ref: sound_stream(one) for ref, one in said.items()}
    numbers = await known_channels(tx, community, set(places.values()))
    keys = {ref: (numbers.get(places[ref], 0), sound_message_id(one)) for ref, one in said.items()}
    surrogates = await known_messages(tx, set(keys.values()))
    copies = await copies_of(tx, surrogates.values())
    never = {name for name, one in copies.items() if one.state is CopyState.NEVER}
    return {
        ref: accounts[one.author.account] for ref, one in said.items()
        if one.author.account in accounts and surrogates.get(keys[ref]) not in never
    }  # fmt: skip
