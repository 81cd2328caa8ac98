"""Nothing is asked for more often than Slack allows, whoever began when, and what Slack says of it is kept to."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.pacing import BETWEEN, POST, TIERS, Paces
from tests.slack.limits import Limits

#: what one workspace takes in a minute by tier
A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}


def made(paces: Paces, method: str, begin: float, end: float, *, channel: str = "") -> Iterator[float]:
    """Yield when calls were made by whoever asks all the time."""
    now = begin
    while now < end:
        wait = paces.wait(method, now, channel=channel)
        if wait == 0:
            yield now
        now += wait


@pytest.mark.parametrize("method", ["chat.delete", "conversations.history", "users.list", "users.info"])
def test_a_minute_holds_no_more_calls_than_the_tier_allows(method: str) -> None:
    calls = list(made(Paces(since=0.0), method, 0.0, 600.0))
    assert max(len([one for one in calls if at <= one < at + 60]) for at in calls) <= A_MINUTE[TIERS[method]]
    assert len(calls) > 9 * A_MINUTE[TIERS[method]]


def test_one_who_begins_makes_few_calls_at_once() -> None:
    assert len(list(made(Paces(since=0.0), "chat.delete", 0.0, 1.0))) <= 4


def test_one_who_asks_for_nothing_for_a_minute_can_make_all_of_them_at_once() -> None:
    paces = Paces(since=0.0)
    assert sum(paces.wait("chat.delete", 100.0) == 0 for _ in range(100)) == 50


@given(st.lists(st.floats(min_value=0.5, max_value=200.0), min_size=1, max_size=12))
def test_whoever_is_killed_again_and_again_asks_too_often_never(lives: list[float]) -> None:
    now = 0.0
    limits = Limits(clock=lambda: now)
    begin = 0.0
    for life in lives:
        paces = Paces(since=begin)
        for at in made(paces, "chat.delete", begin, begin + life):
            now = at
            assert limits.ask("chat.delete", "Tier3", "A1", "T1") == 0
        # a process needs a moment until it asks for anything
        begin += life + 3.5


def test_a_method_that_nobody_knows_is_asked_for_as_seldom_as_the_seldom_ones() -> None:
    assert len(list(made(Paces(since=0.0), "something.new", 0.0, 60.0))) <= 20


def test_a_channel_gets_a_post_a_second_and_others_go_past_it() -> None:
    paces = Paces(since=-100.0)
    assert paces.wait(POST, 0.0, channel="C1") == 0
    assert paces.wait(POST, 0.0, channel="C1") == pytest.approx(BETWEEN)
    assert paces.wait(POST, 0.0, channel="C2") == 0
    assert paces.wait(POST, BETWEEN, channel="C1") == 0


def test_a_workspace_gets_only_so_many_posts_a_minute_in_all_channels_together() -> None:
    paces = Paces(since=-100.0)
    assert sum(paces.wait(POST, number / 100, channel=f"C{number}") == 0 for number in range(1_000)) <= 300


def test_what_slack_says_of_waiting_is_kept_to() -> None:
    paces = Paces(since=-100.0)
    paces.told("chat.delete", 30.0, 0.0)
    assert paces.wait("chat.delete", 10.0) == pytest.approx(20.0)
    assert paces.wait("chat.delete", 30.0) == 0
    paces.told(POST, 30.0, 40.0, channel="C1")
    assert paces.wait(POST, 41.0, channel="C1") == pytest.approx(29.0)
    assert paces.wait(POST, 41.0, channel="C2") == 0
