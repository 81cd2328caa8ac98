"""Manual steps as values: what belongs together, and which links can be shown."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action import Action, ActionKind, ActionState
from bot.domain.by_hand import Pile, crowd_of, ground_of, pile_of, sound_link
from bot.domain.severity import Severity

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BAN = Action(
    id="a1", community="acme", connection="slack/T0A", key="restrict:s1:start", kind=ActionKind.RESTRICT,
    target="account:u1", severity=Severity.HIGH, decision="d1", case="c1", due_at=NOON,
    details={"account": "u1", "sanction": "ban", "held": 1},
)  # fmt: skip


@pytest.mark.parametrize(
    "link", ["https://acme.slack.com/archives/C0HELP/p1700000000000100?thread_ts=1.2&cid=C0", "http://127.0.0.1:8/x"]
)
def test_an_address_of_a_platform_is_sound(link: str) -> None:
    assert sound_link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "", "javascript:alert(1)", "https://", "//acme.slack.com", "https://evil@acme.slack.com/", "https://[", "ftp://x/",
        "https://a.b/>|click", "https://a.b/) [x](https://c.d", "https://a.b/ c", "https://a.b/\u202e", "https://a.b/\n",
        "https://a.b/" + "x" * 500, "data:text/html,x",
    ],
)  # fmt: skip
def test_what_could_be_anything_else_is_no_link(link: str) -> None:
    assert sound_link(link) == ""


@given(st.text(max_size=80))
def test_a_link_is_shown_as_it_is_or_not_at_all(text: str) -> None:
    assert sound_link(f"https://a.b/{text}") in ("", f"https://a.b/{text}")


def test_steps_of_one_case_and_sort_belong_together() -> None:
    other = replace(BAN, id="a2", target="account:u2", decision="d2", details={**BAN.details, "account": "u2"})
    assert ground_of(BAN) == ground_of(other)


@pytest.mark.parametrize(
    "changed",
    [
        {"case": "c2"}, {"connection": "slack/T0B"}, {"kind": ActionKind.KICK},
        {"details": {**BAN.details, "held": 0}}, {"details": {**BAN.details, "sanction": "timeout"}},
    ],
)  # fmt: skip
def test_other_steps_do_not(changed: dict[str, object]) -> None:
    assert ground_of(BAN) != ground_of(replace(BAN, **changed))  # type: ignore[arg-type]


def test_a_crowd_is_of_one_sort_and_one_hour_whatever_the_case() -> None:
    assert crowd_of(BAN, NOON) == crowd_of(replace(BAN, case="c2"), NOON.replace(minute=59))
    assert crowd_of(BAN, NOON) != crowd_of(BAN, NOON.replace(hour=13))
    assert crowd_of(BAN, NOON) != ground_of(BAN)


def test_every_state_counts_once() -> None:
    for state in set(ActionState) - {ActionState.HELD}:
        pile = pile_of([state])
        assert sum((pile.open, pile.checked, pile.done, pile.failed, pile.pointless)) == 1, state
    assert pile_of([]) == Pile(open=0, checked=0, done=0, failed=0, pointless=0)
    assert pile_of([ActionState.CONFIRMED]).is_over
    assert not pile_of([ActionState.UNKNOWN]).is_over
