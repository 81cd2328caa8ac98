"""What Discord held back is one message, however often it is told of; the same words later are another."""

from datetime import timedelta

from adapters.discord.prevention.hearing import mentions_of
from adapters.discord.prevention.state import Heard
from adapters.discord.snowflakes import made_at
from bot.domain.message import NO_MENTIONS
from tests.policy.make import NOON


def test_the_same_within_ten_seconds_is_one_message() -> None:
    heard = Heard()
    first = heard.id_of("1", "2", "moron", NOON)
    assert first is not None
    assert made_at(first) == NOON
    assert heard.id_of("1", "2", "moron", NOON + timedelta(seconds=9)) is None
    later = heard.id_of("1", "2", "moron", NOON + timedelta(seconds=10))
    assert later is not None
    assert later != first


def test_somebody_else_somewhere_else_or_other_words_are_other_messages() -> None:
    heard = Heard()
    told = (("1", "2", "moron"), ("1", "3", "moron"), ("4", "2", "moron"), ("1", "2", "morons"))
    assert len({heard.id_of(*one, NOON) for one in told} - {None}) == 4


def test_everybody_who_is_mentioned_counts_once() -> None:
    found = mentions_of("<@1> <@!1> <@2> <@&3> <@&3> <#4> @everyone")
    assert (found.people, found.roles, found.everyone) == (("1", "2"), ("3",), False)
    assert mentions_of("ahoy") is NO_MENTIONS
