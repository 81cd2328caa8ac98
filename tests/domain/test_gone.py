"""Whether a deed accounts for messages that went is told where it can be, and never guessed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gone import NEAR, Deletion, Gone, accounted_for

NOON = datetime(2026, 6, 17, 10, 0, tzinfo=UTC)


def gone(message: str, *, account: str = "a1", channel: int = 1, after: timedelta = timedelta(0)) -> Gone:
    return Gone(message=message, account=account, channel=channel, at=NOON + after)


def deed(*, account: str | None = "a1", channel: int = 1, count: int = 1, after: timedelta = timedelta(0)) -> Deletion:
    return Deletion(account=account, channel=channel, count=count, at=NOON + after)


def test_a_deletion_at_that_time_in_that_place_accounts_for_the_authors_message() -> None:
    assert accounted_for([gone("m1")], [deed(after=NEAR)]) == {"m1"}


def test_another_author_place_or_time_accounts_for_nothing() -> None:
    others = [deed(account="a2"), deed(channel=2), deed(after=NEAR + timedelta(seconds=1))]
    assert accounted_for([gone("m1")], others) == frozenset()


def test_several_at_once_account_for_whoever_wrote_them() -> None:
    several = [gone("m1"), gone("m2", account="a2")]
    assert accounted_for(several, [deed(account=None, count=5)]) == {"m1", "m2"}


def test_of_more_messages_than_were_deleted_nobody_knows_which_they_were() -> None:
    assert accounted_for([gone("m1"), gone("m2")], [deed(count=1)]) == frozenset()


def test_two_deeds_account_for_two_messages_of_two_places() -> None:
    assert accounted_for([gone("m1"), gone("m2", channel=2)], [deed(), deed(channel=2)]) == {"m1", "m2"}


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.integers(0, 40)), max_size=8),
    st.lists(
        st.tuples(st.sampled_from(["a", "b", None]), st.integers(1, 2), st.integers(1, 3), st.integers(0, 40)),
        max_size=4,
    ),
)
def test_no_more_is_accounted_for_than_was_deleted(
    went: list[tuple[str, int, int]], done: list[tuple[str | None, int, int, int]]
) -> None:
    messages = [
        gone(str(number), account=account, channel=channel, after=timedelta(seconds=at))
        for number, (account, channel, at) in enumerate(went)
    ]
    deeds = [
        deed(account=account, channel=channel, count=count, after=timedelta(seconds=at))
        for account, channel, count, at in done
    ]
    assert len(accounted_for(messages, deeds)) <= sum(one.count for one in deeds)
