"""What a history remembers, and what it leaves out."""

from typing import Any

import pytest

from bot.domain.judgement import Features
from bot.policy.history import History
from bot.policy.watch import NOTHING_WATCHED, Watch, flood_series

MESSAGES = flood_series("messages", "member")
MENTIONS = flood_series("mentions", "channel")
EVERYTHING = Watch(
    floods=frozenset({MESSAGES, MENTIONS}),
    copies=True,
    near=3,
    joins=frozenset({None, 100.0}),
    counted=frozenset({"member", "pair", "channel"}),
    first=3,
)


def row(at: float, message: str | None = None, member: str = "ada", **fields: Any) -> Features:
    base = Features(at=at, message=message or f"message at {at}", member=member, channel="help")
    return base._replace(**fields)


def history(*rows: Features, keep: float = 100.0) -> History:
    made = History(keep, EVERYTHING, generation=2)
    for each in rows:
        made.observe(each)
    return made


def messages(of: History, at: float, *, within: float = 10.0, message: str = "") -> int:
    return of.flood(MESSAGES, "ada", at=at, within=within, message=message, enough=100)


def test_a_new_history_knows_nothing() -> None:
    empty = history()
    assert empty.since is None
    assert messages(empty, 50.0) == 0
    assert empty.total("ada") == 0
    assert list(empty.near_copies(b"x" * 64, at=50.0, within=10.0, message="")) == []


def test_a_window_excludes_its_far_end_and_includes_its_near_one() -> None:
    known = history(row(10.0), row(15.0), row(20.0))
    assert messages(known, 20.0) == 2


def test_in_a_flood_windows_reach_back_over_the_newest_messages_alone() -> None:
    known = History(1_000.0, EVERYTHING, generation=2, largest=10)
    for number in range(95):
        known.observe(row(float(number)))
    # the older generation is whole, the newer one isn't yet
    assert 10 <= messages(known, 94.0, within=1_000.0) <= 20
    assert messages(known, 94.0, within=5.0) == 5


def test_what_comes_later_does_not_count_for_an_earlier_message() -> None:
    known = history(row(10.0), row(30.0), row(11.0))
    assert messages(known, 12.0) == 2


def test_the_message_being_judged_is_left_out() -> None:
    known = history(row(10.0, "a"), row(11.0, "b"))
    assert messages(known, 11.0, message="b") == 1
    assert messages(known, 11.0, message="c") == 2


def test_messages_at_one_instant_all_count() -> None:
    known = history(row(10.0, "b"), row(10.0, "a"), row(10.0, "c"))
    assert messages(known, 10.0) == 3


def test_a_message_seen_again_is_replaced() -> None:
    known = history(row(10.0, "a", mentions=3), row(10.0, "a", mentions=1))
    assert messages(known, 10.0) == 1
    assert known.flood(MENTIONS, "help", at=10.0, within=5.0, message="", enough=9) == 1
    assert known.total("ada") == 1


def test_amounts_are_added_up_until_they_are_enough() -> None:
    known = history(*(row(float(second), mentions=3) for second in range(10)))
    assert known.flood(MENTIONS, "help", at=9.0, within=60.0, message="", enough=7) == 9
    assert known.flood(MENTIONS, "help", at=9.0, within=60.0, message="", enough=100) == 30


def test_joins_are_no_messages() -> None:
    known = history(row(10.0, joined=True))
    assert messages(known, 10.0) == 0
    assert known.total("ada") == 0
    assert known.joins(at=10.0, within=5.0, message="") == 1


def test_joins_of_old_and_unknown_accounts_are_told_from_young_ones() -> None:
    ages = (None, 99.0, 100.0, 5000.0)
    known = history(*(row(float(at), joined=True, account_age=age) for at, age in enumerate(ages)))
    assert known.joins(at=9.0, within=50.0, message="", account_under=100.0) == 1
    assert known.joins(at=9.0, within=50.0, message="") == 4


def test_copies_are_told_by_member() -> None:
    known = history(row(1.0, skeleton=7), row(2.0, skeleton=7, member="bob"), row(3.0, skeleton=8))
    assert known.copies(7, at=5.0, within=50.0, message="") == 2
    assert known.copies(7, at=5.0, within=50.0, message="", member="bob") == 1


def test_counted_conditions_are_told_by_member_pair_and_channel() -> None:
    known = history(
        row(1.0, counted=(("rude", "eve"),)), row(2.0, counted=(("rude", ""),)), row(3.0, counted=(("loud", "eve"),))
    )

    def counted(per: str, *key: str) -> int:
        return known.counted(per, key, at=5.0, within=50.0, message="")

    assert counted("member", "rude", "ada") == 2
    assert counted("pair", "rude", "ada", "eve") == 1
    assert counted("pair", "rude", "ada", "") == 0
    assert counted("channel", "rude", "help") == 2


def test_a_condition_counted_twice_for_one_message_counts_once_per_member() -> None:
    known = history(row(1.0, counted=(("rude", "eve"), ("rude", "bob"))))
    assert known.counted("member", ("rude", "ada"), at=5.0, within=50.0, message="") == 1


def test_nothing_is_read_from_before_what_is_kept() -> None:
    known = history(row(0.0), row(200.0))
    assert messages(known, 50.0, within=100.0) == 0


def test_memory_stays_in_proportion_to_what_is_kept() -> None:
    known = history(*(row(float(at), member=f"m{at}", skeleton=at) for at in range(5_000)))
    held = len(known._now.rows) + len(known._before.rows)
    assert held <= 202


def test_the_first_messages_of_a_member_outlast_what_is_kept() -> None:
    known = history(*(row(float(at) * 1_000) for at in range(5)))
    assert known.total("ada") == 3
    assert known.total("ada", at=1_500.0) == 2
    assert known.total("ada", at=1_000.0, message="message at 1000.0") == 1
    assert known.since == 0.0


def test_a_late_first_message_takes_its_place() -> None:
    known = history(row(5_000.0), row(10.0))
    assert known.total("ada", at=10.0) == 1
    assert known.since == 10.0


def test_a_series_that_is_not_watched_cannot_be_read() -> None:
    blind = History(100.0, NOTHING_WATCHED)
    blind.observe(row(1.0))
    with pytest.raises(LookupError):
        messages(blind, 1.0)
    with pytest.raises(LookupError):
        blind.total("ada")
    with pytest.raises(LookupError):
        blind.copies(7, at=1.0, within=1.0, message="")
    with pytest.raises(LookupError):
        list(blind.near_copies(b"x" * 64, at=1.0, within=1.0, message=""))


def test_what_two_rules_watch_is_watched_together() -> None:
    one, other = (
        Watch(floods=frozenset({MESSAGES}), near=3, first=2),
        Watch(copies=True, near=5, joins=frozenset({None})),
    )
    assert one | other == Watch(floods=frozenset({MESSAGES}), copies=True, near=5, joins=frozenset({None}), first=2)
    assert not NOTHING_WATCHED
