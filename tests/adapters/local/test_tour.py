"""The tour goes on when something was done, and by nothing else; it outlives a restart."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.chat.chat import LOCUM, Chat
from adapters.local.chat.types import RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.tour import Tour
from adapters.local.tour.cast import cast
from adapters.local.tour.steps import STEPS, Progress, moved
from adapters.local.web.views import TourView
from bot.domain.command import Invocation, Suggestion
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef, MessageRef
from bot.i18n import catalogue
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.services.tracing.chain import Attribution, Chain, EntryShown, Seen, Verified

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
POLICIES = Path(__file__).parents[3] / "policies"
_SCAM = "free nitro"


@cache
def harbour() -> PolicySet:
    policies = load_policies(POLICIES, "harbour", live=True).policies
    assert policies is not None
    return policies


@dataclass(kw_only=True)
class Ledger:
    """A backstage of which only the ledger, and who is on duty, are looked at."""

    community: str = "harbour"
    policies: PolicySet = field(default_factory=harbour)
    shown: list[EntryShown] = field(default_factory=list)
    on_shift: bool = False

    def now(self) -> datetime:
        return NOON

    def skip(self, length: timedelta) -> None:
        raise NotImplementedError

    async def seen(self, account: AccountRef, language: str) -> Seen:
        return Seen(on_shift_until=NOON if self.on_shift and account.user == "nw-17" else None)

    async def seen_many(self, accounts: Collection[AccountRef], language: str) -> dict[AccountRef, Seen]:
        return {one: await self.seen(one, language) for one in accounts}

    async def chain(self, ref: MessageRef, language: str) -> Chain:
        return Chain()

    async def marked(self, refs: Sequence[MessageRef]) -> Sequence[MessageRef]:
        return ()

    async def entries(self, after: int, most: int, language: str) -> Sequence[EntryShown]:
        return [one for one in self.shown if one.seq > after][-most:]

    async def verify(self, language: str) -> Verified:
        return Verified(sound=True, size=len(self.shown))

    async def complete(self, invocation: Invocation, option: str, typed: str) -> Sequence[Suggestion]:
        return ()

    def add(self, *kinds: EntryKind, who: str = "Robin", side: str = "partner") -> None:
        by = Attribution(kind="person", who=who, side=side)
        for kind in kinds:
            self.shown.append(EntryShown(seq=len(self.shown), at=NOON, kind=kind.value, title="…", by=by, hash="00"))


@dataclass(kw_only=True)
class House:
    """A community, its ledger, and the tour through it."""

    community: LocalCommunity
    ledger: Ledger
    tour: Tour

    @property
    def chat(self) -> Chat:
        return self.community.chat

    async def at(self, reader: str = "nobody", language: str = "en") -> int:
        """Look, and return the number of the step; 0 while there is no tour."""
        await self.tour.look()
        view = await self.tour.view(reader, language)
        return 0 if view is None else view.number

    async def view(self, reader: str = "nobody", language: str = "en") -> TourView:
        await self.tour.look()
        view = await self.tour.view(reader, language)
        assert view is not None
        return view

    def go_to(self, number: int) -> None:
        """Begin, and leave out the steps before one; its own conditions aren't met yet."""
        self.tour.start()
        while self.tour._progress.step != number - 1:
            self.tour.next()

    def break_rule(self, account: str, room: str = "quay") -> str:
        post = self.chat.say(account, room, _SCAM)
        self.chat.remove(LOCUM, post.id)
        return post.id


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    chat, ledger = Chat(tmp_path / "chat.sqlite", lambda: NOON), Ledger()
    for name in ("quay", "lobby"):
        chat.make_room(name)
    chat.make_room("leads", RoomKind.STAFF)
    community = LocalCommunity(chat=chat, backstage=ledger)
    yield House(community=community, ledger=ledger, tour=Tour(community))
    chat.close()


async def test_nobody_sees_a_tour_before_it_begins(house: House) -> None:
    assert house.tour.offered
    assert await house.at() == 0
    house.tour.next()
    assert await house.at() == 0


async def test_a_removed_post_of_the_visitor_leads_on_and_that_of_somebody_else_does_not(house: House) -> None:
    house.tour.start()
    assert await house.at() == 1
    house.chat.say("periwinkle", "quay", "hello")
    assert await house.at() == 1
    # taken back by oneself
    house.chat.remove("periwinkle", house.chat.say("periwinkle", "quay", "oops").id)
    assert await house.at() == 1
    post = house.break_rule("periwinkle")
    view = await house.view("periwinkle")
    assert (view.number, view.points_at) == (2, f'.post[data-post="{post}"] [data-behind]')


async def test_every_step_is_done_by_what_the_ledger_shows_and_by_nothing_else(house: House) -> None:
    house.tour.start()
    house.break_rule("periwinkle")
    assert await house.at() == 2
    house.tour.saw("verified")
    assert await house.at() == 2
    house.tour.saw("behind")
    assert await house.at() == 3
    house.ledger.add(EntryKind.SHIFT_STARTED, who="Merle")
    assert await house.at() == 3
    # a shift's beginning moves a case along: that isn't a claim
    house.ledger.add(EntryKind.SHIFT_STARTED, EntryKind.CASE_CHANGED)
    assert await house.at() == 4
    house.ledger.add(EntryKind.CASE_CHANGED, EntryKind.VIEWED)
    assert await house.at() == 5
    house.ledger.add(EntryKind.APPROVAL_ASKED)
    assert await house.at() == 6
    house.ledger.add(EntryKind.REFUSED, who="Beacon", side="internal")
    assert await house.at() == 6
    house.ledger.add(EntryKind.REFUSED)
    assert await house.at() == 7
    house.ledger.add(EntryKind.APPROVAL_ANSWERED, who="Heron")
    assert await house.at() == 7
    house.ledger.add(EntryKind.APPROVAL_ANSWERED, who="Beacon", side="internal")
    assert await house.at() == 8
    house.tour.saw("verified")
    view = await house.view()
    assert (view.number, view.of, view.over) == (8, 8, True)
    house.tour.next()
    assert await house.at() == 0


async def test_what_was_done_quickly_one_after_another_is_all_seen(house: House) -> None:
    house.go_to(3)
    assert await house.at() == 3
    house.ledger.add(EntryKind.SHIFT_STARTED, EntryKind.CASE_CHANGED, EntryKind.VIEWED, EntryKind.APPROVAL_ASKED)
    assert await house.at() == 6


async def test_a_moderator_who_is_on_duty_already_needs_no_shift(house: House) -> None:
    house.ledger.on_shift = True
    house.go_to(3)
    assert await house.at() == 4


async def test_what_happened_before_a_tour_counts_for_nothing(house: House) -> None:
    house.ledger.add(*EntryKind)
    house.go_to(3)
    assert await house.at() == 3


async def test_who_isnt_who_the_step_is_about_is_led_to_them(house: House) -> None:
    house.tour.start()
    view = await house.view("hc-2")
    assert (view.href, view.link) == ("/harbour/as/periwinkle/quay", "Be Periwinkle")
    assert (view.example, view.points_at) == ("", "")
    view = await house.view("periwinkle")
    assert (view.href, view.link) == ("", "")
    assert "nitro" in view.example
    house.go_to(7)
    assert (await house.view("nw-17")).href == "/harbour/as/hc-2/leads"
    house.tour.next()
    assert not (await house.view("nw-17")).href


async def test_a_restart_finds_the_tour_where_it_was(house: House) -> None:
    house.tour.start()
    post = house.break_rule("periwinkle")
    assert await house.at() == 2
    again = replace_tour(house)
    assert (await again.view("periwinkle")).points_at == f'.post[data-post="{post}"] [data-behind]'
    again.tour.saw("behind")
    assert await replace_tour(again).at() == 3


async def test_what_was_done_while_nobody_looked_is_seen_after_a_restart(house: House) -> None:
    house.tour.start()
    house.break_rule("periwinkle")
    assert await replace_tour(house).at() == 2


@pytest.mark.parametrize("noted", ["{", "[]", '{"step": "x"}', '{"step": 99, "run": 1}', '{"step": -3}', "\u2028"])
async def test_a_note_that_cant_be_read_is_no_tour(house: House, noted: str) -> None:
    house.chat.note("tour", noted)
    again = replace_tour(house)
    assert await again.at() == 0
    again.tour.start()
    assert await again.at() == 1


async def test_every_run_has_a_member_with_a_clean_slate(house: House) -> None:
    house.tour.start()
    house.tour.start()
    assert await house.at("periwinkle") == 1
    view = await house.view("periwinkle")
    assert (view.href, view.link) == ("/harbour/as/periwinkle2/quay", "Be Periwinkle2")
    account = house.chat.account("periwinkle2")
    assert account is not None
    assert account.joined_at is not None
    assert account.joined_at < NOON - timedelta(days=30)


async def test_a_community_without_somebody_for_every_part_offers_no_tour(tmp_path: Path) -> None:
    chat = Chat(tmp_path / "chat.sqlite", lambda: NOON)
    community = LocalCommunity(chat=chat, backstage=Ledger())
    tour = Tour(community)
    # no rooms
    assert not tour.offered
    tour.start()
    assert await tour.view("nobody", "en") is None
    chat.close()


async def test_nobody_plays_a_part_without_a_staffed_community(house: House) -> None:
    alone = replace(harbour(), guidelines={})
    assert cast(alone, house.chat.rooms()) is None


async def test_the_tour_speaks_german(house: House) -> None:
    house.tour.start()
    view = await house.view("periwinkle", "de")
    assert view.text.startswith("Du bist Periwinkle")
    house.tour.next()
    assert (await house.view("nw-17", "de")).example == "/schicht beginnen"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_step_has_its_words(language: str) -> None:
    words = catalogue(language)
    assert [step.name for step in STEPS if f"tour.{step.name}_title" not in words] == []
    assert [step.name for step in STEPS if f"tour.{step.name}_text" not in words] == []
    assert [step.name for step in STEPS if step.example is not (f"tour.{step.name}_example" in words)] == []


@given(st.integers(0, len(STEPS)), st.integers(0, 9), st.integers(-1, 9), st.sampled_from(["", "7"]))
def test_a_tour_always_comes_to_its_end(step: int, change: int, entry: int, post: str) -> None:
    progress, moves = Progress(run=1, step=step, post=post), 0
    while progress.step is not None:
        before: Any = progress.step
        progress, moves = moved(progress, change=change, entry=entry), moves + 1
        assert progress.step is None or progress.step > before
    assert moves <= len(STEPS) + 1


def replace_tour(house: House) -> House:
    """Return the house after a restart."""
    return House(community=house.community, ledger=house.ledger, tour=Tour(house.community))
