"""Laws of a history: order makes no difference, nothing counts twice, it agrees with a plain reading of its rows."""

from collections.abc import Hashable, Iterable
from random import Random
from typing import TypedDict

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.judgement import Features
from bot.policy.history import History
from bot.policy.watch import AMOUNTS, Watch, counted_under, flood_series

#: at, within, id of the judged message
Moment = tuple[float, float, str]

KEEP = 40.0
FIRST = 3
MEMBERS, CHANNELS, ADDRESSEES = ("ada", "bob"), ("help", "games"), ("", "eve", "bob")
SERIES = [(amount, per) for amount in AMOUNTS for per in ("member", "channel")]
WATCH = Watch(
    floods=frozenset(flood_series(*parts) for parts in SERIES),
    copies=True,
    joins=frozenset({None, 50.0}),
    counted=frozenset({"member", "pair", "channel"}),
    first=FIRST,
)

events = st.tuples(st.sampled_from(["rude", "loud"]), st.sampled_from(ADDRESSEES))
moments_of_posting = st.builds(
    Features,
    at=st.integers(0, 120).map(float),
    message=st.just(""),
    member=st.sampled_from(MEMBERS),
    channel=st.sampled_from(CHANNELS),
    joined=st.booleans(),
)


@st.composite
def with_content(draw: st.DrawFn, row: Features) -> Features:
    """Return the message with other content: what an edit may change."""
    return row._replace(
        account_age=draw(st.none() | st.sampled_from([10.0, 50.0, 500.0])),
        mentions=draw(st.integers(0, 3)),
        links=draw(st.integers(0, 2)),
        attachments=draw(st.integers(0, 2)),
        skeleton=draw(st.none() | st.integers(1, 2)),
        counted=tuple(draw(st.lists(events, max_size=2, unique=True))),
    )


@st.composite
def rows(draw: st.DrawFn) -> list[Features]:
    """Return messages with ids of their own."""
    drawn = draw(st.lists(moments_of_posting.flatmap(with_content), max_size=25))
    return [row._replace(message=str(place)) for place, row in enumerate(drawn)]


def remember(known: Iterable[Features], generation: int = 3) -> History:
    made = History(KEEP, WATCH, generation=generation)
    for row in known:
        made.observe(row)
    return made


class _Asked(TypedDict):
    """What every question names."""

    at: float
    within: float
    message: str


def answers(history: History, at: float, within: float, message: str) -> dict[object, object]:
    """Return what a history says of everything that can be asked."""
    asked = _Asked(at=at, within=within, message=message)
    said: dict[object, object] = {"since": history.since}
    for amount, per in SERIES:
        for key in MEMBERS if per == "member" else CHANNELS:
            said[amount, key] = history.flood(flood_series(amount, per), key, **asked, enough=1_000)
    for skeleton in (1, 2):
        for member in (None, *MEMBERS):
            said[skeleton, member] = history.copies(skeleton, **asked, member=member)
    for under in (None, 50.0):
        said["joins", under] = history.joins(**asked, account_under=under)
    for per in ("member", "pair", "channel"):
        for filed in _keys(per):
            said[per, filed] = history.counted(per, filed, **asked)
    for member in MEMBERS:
        said["total", member] = history.total(member, at, message)
    return said


def _keys(per: str) -> set[Hashable]:
    every: set[Hashable] = {
        counted_under(per, (condition, addressee), member, channel)
        for condition in ("rude", "loud")
        for addressee in ADDRESSEES
        for member in MEMBERS
        for channel in CHANNELS
    }
    return every - {None}


def plain_answers(known: list[Features], at: float, within: float, message: str) -> dict[object, object]:
    """Return the same, read from the rows one by one."""
    latest = {row.message: row for row in known}
    newest = max((row.at for row in known), default=0.0)
    after = max(at - within, newest - KEEP)
    window = [row for row in latest.values() if after < row.at <= at and row.message != message]
    written = [row for row in window if not row.joined]
    joined = [row for row in window if row.joined]
    said: dict[object, object] = {"since": min((row.at for row in known), default=None)}
    for amount, per in SERIES:
        for key in MEMBERS if per == "member" else CHANNELS:
            theirs = [row for row in written if getattr(row, per) == key]
            said[amount, key] = len(theirs) if amount == "messages" else sum(getattr(row, amount) for row in theirs)
    for skeleton in (1, 2):
        copies = [row for row in written if row.skeleton == skeleton]
        for member in (None, *MEMBERS):
            said[skeleton, member] = sum(member in (None, row.member) for row in copies)
    said["joins", None] = len(joined)
    said["joins", 50.0] = sum(row.account_age is not None and row.account_age < 50.0 for row in joined)
    for per in ("member", "pair", "channel"):
        for filed in _keys(per):
            said[per, filed] = sum(
                any(counted_under(per, event, row.member, row.channel) == filed for event in row.counted)
                for row in window
            )
    for member in MEMBERS:
        own = sorted((row.at, row.message) for row in latest.values() if row.member == member and not row.joined)
        said["total", member] = sum(when <= at and id != message for when, id in own[:FIRST])
    return said


moments = st.tuples(st.integers(0, 125).map(float), st.integers(1, 45).map(float), st.integers(0, 26).map(str))


@given(rows(), moments)
def test_a_history_agrees_with_a_plain_reading_of_its_rows(known: list[Features], moment: Moment) -> None:
    assert answers(remember(known), *moment) == plain_answers(known, *moment)


@given(rows(), moments, st.randoms(use_true_random=False))
def test_the_order_of_observing_makes_no_difference(known: list[Features], moment: Moment, chance: Random) -> None:
    other = list(known)
    chance.shuffle(other)
    assert answers(remember(known), *moment) == answers(remember(other), *moment)


@given(rows(), moments, st.randoms(use_true_random=False))
def test_observing_again_changes_nothing(known: list[Features], moment: Moment, chance: Random) -> None:
    again = known + chance.sample(known, len(known) // 2)
    assert answers(remember(known), *moment) == answers(remember(again), *moment)


@settings(max_examples=60)
@given(rows(), st.data(), moments)
def test_an_edit_replaces_what_was_remembered(known: list[Features], data: st.DataObject, moment: Moment) -> None:
    edited = [data.draw(with_content(row)) for row in known[::2]]
    assert answers(remember(known + edited), *moment) == plain_answers(known + edited, *moment)


@given(rows(), moments)
def test_how_long_a_generation_lasts_makes_no_difference(known: list[Features], moment: Moment) -> None:
    assert answers(remember(known, generation=1), *moment) == answers(remember(known, generation=1_000), *moment)
