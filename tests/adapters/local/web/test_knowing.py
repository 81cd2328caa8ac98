"""What Locum knows is read once for every page that is open, and is never older than its readers can bear."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.local.chat.chat import Chat
from adapters.local.community import LocalCommunity
from adapters.local.web.knowing import Known
from bot.domain.message import AccountRef
from bot.errors import LocumError
from bot.services.tracing.chain import Attribution, EntryShown, Seen
from tests.fakes.backstage import FakeBackstage
from tests.stage.policies import policies_of


@dataclass(kw_only=True)
class Slow(FakeBackstage):
    """Answers once it is let to, and remembers what it was asked."""

    #: set while answers are given
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    #: how often the ledger was read
    read: int = 0
    #: whom it was asked about, each time
    asked: list[set[str]] = field(default_factory=list)
    #: what reading comes to instead
    fails: LocumError | None = None

    async def entries(self, after: int, most: int, language: str) -> Sequence[EntryShown]:
        self.read += 1
        found = await super().entries(after, most, language)
        await self.answers.wait()
        if self.fails is not None:
            raise self.fails
        return found

    async def seen_many(self, accounts: Collection[AccountRef], language: str) -> dict[AccountRef, Seen]:
        self.asked.append({one.user for one in accounts})
        return await super().seen_many(accounts, language)


@pytest.fixture
async def slow() -> Slow:
    return Slow(community="acme", policies=policies_of())


@pytest.fixture
async def known(tmp_path: Path, slow: Slow) -> AsyncIterator[Known]:
    chat = Chat(tmp_path / "chat.sqlite", lambda: datetime.now(UTC))
    yield Known(community=LocalCommunity(chat=chat, backstage=slow))
    chat.close()


def entry(seq: int) -> EntryShown:
    by = Attribution(kind="automation", who="spam/links")
    return EntryShown(seq=seq, at=datetime.now(UTC), kind="decision", title=f"Entry {seq}", by=by, hash="")


async def begun() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_however_many_pages_ask_it_is_read_once(known: Known, slow: Slow) -> None:
    asking = [asyncio.create_task(known.seen(["u1", "robin"], "en")) for _ in range(10)]
    await begun()
    slow.answers.set()
    assert all(set(found) == {"u1", "robin"} for found in await asyncio.gather(*asking))
    assert (slow.read, slow.asked) == (1, [{"u1", "robin"}])


async def test_whoever_goes_away_ends_nothing_that_others_wait_for(known: Known, slow: Slow) -> None:
    slow.ledger.append(entry(1))
    leaving, staying = (asyncio.create_task(known.newest_entry("en")) for _ in range(2))
    await begun()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    slow.answers.set()
    assert leaving.cancelled()
    assert await staying == 1


async def test_who_asks_while_something_newer_is_read_takes_what_was_read_just_before(
    known: Known, slow: Slow
) -> None:  # fmt: skip
    slow.ledger.append(entry(1))
    slow.answers.set()
    await known.newest_entry("en")
    slow.answers.clear()
    slow.ledger.append(entry(2))
    # somebody of whom nothing is known yet has it read once more
    reading = asyncio.create_task(known.seen(["u1"], "en"))
    await begun()
    assert await known.newest_entry("en") == 1
    slow.answers.set()
    await reading
    assert await known.newest_entry("en") == 2


async def test_what_somebody_did_themselves_shows_at_once(known: Known, slow: Slow) -> None:
    slow.answers.set()
    assert await known.newest_entry("en") == 0
    slow.ledger.append(entry(1))
    slow.who["robin"] = Seen(role="moderator")
    known.changed()
    assert await known.newest_entry("en") == 1
    assert (await known.seen(["robin"], "en"))["robin"].role == "moderator"


async def test_what_was_being_read_when_somebody_did_something_is_read_once_more(known: Known, slow: Slow) -> None:
    early = asyncio.create_task(known.newest_entry("en"))
    await begun()
    slow.ledger.append(entry(1))
    known.changed()
    late = asyncio.create_task(known.newest_entry("en"))
    await begun()
    slow.answers.set()
    assert await late == 1
    await early


async def test_a_locum_that_can_t_be_asked_is_asked_again_by_the_next(known: Known, slow: Slow) -> None:
    slow.answers.set()
    slow.fails = LocumError()
    with pytest.raises(LocumError):
        await known.entries("en")
    slow.fails = None
    slow.ledger.append(entry(1))
    assert await known.newest_entry("en") == 1


async def test_nothing_is_read_any_more_once_it_has_settled(known: Known, slow: Slow) -> None:
    asking = asyncio.create_task(known.newest_entry("en"))
    await begun()
    asking.cancel()
    settling = asyncio.create_task(known.settle())
    await begun()
    assert not settling.done()
    slow.answers.set()
    await settling
