"""A member's first messages."""

from datetime import timedelta

from bot.domain.facts import Facts
from bot.domain.judgement import Features, Want, WantKind
from bot.domain.message import MessageKind
from bot.policy.history import History
from bot.policy.signals.first_messages import SIGNAL
from bot.policy.watch import Watch
from tests.policy.make import NOON, Bench, detector, inspection, member, probe

_NEW = member(joined_at=NOON - timedelta(hours=1))
_OLD = member(joined_at=NOON - timedelta(days=400))


def _seen(count: int) -> History:
    """Return a history that began two hours ago and saw so many messages of m1."""
    history = History(keep=86_400.0, watch=Watch(first=3))
    history.observe(Features(message="0", at=NOON.timestamp() - 7_200, member="m0", channel="C1"))
    for number in range(count):
        history.observe(Features(message=f"s{number}", at=NOON.timestamp() - 60 + number, member="m1", channel="C1"))
    return history


def test_of_a_member_who_came_later_than_the_history_they_are_counted() -> None:
    seen = probe(SIGNAL, 3, inspection(author=_NEW, history=_seen(2)))
    assert seen
    assert seen.notes[0].say() == "message no. 3 of this member"
    assert probe(SIGNAL, 3, inspection(author=_NEW, history=_seen(3))) is False


def test_of_an_older_member_enough_seen_ones_settle_it() -> None:
    assert probe(SIGNAL, 3, inspection(author=_OLD, history=_seen(3))) is False


def test_of_an_older_member_too_few_seen_ones_leave_it_open() -> None:
    inspected = inspection(author=_OLD, history=_seen(1))
    assert probe(SIGNAL, 3, inspected) is None
    assert inspected.wants == [Want(kind=WantKind.MEMBER, subject="m1")]


def test_earlier_messages_that_are_known_are_added() -> None:
    assert probe(SIGNAL, 3, inspection(author=_OLD, history=_seen(1), facts=Facts(earlier_messages=1)))
    assert probe(SIGNAL, 3, inspection(author=_OLD, history=_seen(1), facts=Facts(earlier_messages=2))) is False


def test_an_account_made_after_the_history_began_has_no_earlier_ones() -> None:
    assert probe(SIGNAL, 3, inspection(author=member(created_at=NOON), history=_seen(0)))


def test_the_judged_message_itself_is_not_one_before() -> None:
    history = _seen(2)
    history.observe(Features(message="C1/1", at=NOON.timestamp(), member="m1", channel="C1"))
    assert probe(SIGNAL, 3, inspection(author=_NEW, history=history))


def test_a_join_is_no_message() -> None:
    assert probe(SIGNAL, 3, inspection(author=_NEW, history=_seen(0), kind=MessageKind.JOIN)) is False


def test_the_history_is_asked_to_tell_so_many_apart() -> None:
    bench = Bench()
    detector(SIGNAL, 5, bench)
    assert bench.series.first == 5
