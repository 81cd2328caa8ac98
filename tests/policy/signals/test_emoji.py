"""Emoji of Unicode and of the platforms."""

import pytest

from bot.domain.message import Markup
from bot.policy.signals.emoji import SIGNAL, count_emoji
from tests.policy.make import Bench, detector, inspection, probe


@pytest.mark.parametrize(
    "emoji",
    [
        "😀",
        "❤️",
        "❤",
        "👍🏽",
        "👨‍👩‍👧‍👦",
        "🏳️‍🌈",
        "❤️‍🔥",
        "🧑🏻‍🤝‍🧑🏿",
        "🤷🏽‍♀️",
        "🇩🇪",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "1️⃣",
        "#⃣",
        "©️",
        "✅",
        "🫠",
        "🅱️",
        "<:kekw:123456789012345678>",
        "<a:dance_1:123456789012345678>",
    ],
)
def test_a_sequence_is_one_emoji(emoji: str) -> None:
    assert count_emoji(emoji, Markup.DISCORD) == (1, 0)
    assert count_emoji(emoji * 3, Markup.DISCORD) == (3, 0)


@pytest.mark.parametrize(
    "text", ["plain", "12:30:45", "© 2026, ™ and №5", "→ ✓ ★", "日本語", "a:b: c", "std::vector<int>", "♔♕"]
)
def test_text_and_symbols_are_none(text: str) -> None:
    assert count_emoji(text, Markup.DISCORD)[0] == 0


def test_names_between_colons_are_emoji_in_slack_alone() -> None:
    assert count_emoji(":smile::+1::skin-tone-3: ok", Markup.SLACK) == (2, 2)
    assert count_emoji(":smile:", Markup.DISCORD) == (0, 7)
    assert count_emoji("at 12:30:45", Markup.SLACK)[0] == 0


def test_more_than_the_number_hold() -> None:
    assert probe(SIGNAL, 3, inspection("😀😀😀😀"))
    assert probe(SIGNAL, 3, inspection("😀😀😀")) is False


def test_the_share_is_of_what_is_not_space() -> None:
    assert probe(SIGNAL, {"share": 0.5}, inspection("😀 😀 ok"))
    assert probe(SIGNAL, {"share": 0.5}, inspection("😀 fine")) is False
    assert probe(SIGNAL, {"share": 0.1}, inspection("no emoji: none")) is False


def test_with_number_and_share_both_have_to_hold() -> None:
    assert probe(SIGNAL, {"over": 2, "share": 0.5}, inspection("😀😀")) is False
    assert probe(SIGNAL, {"over": 2, "share": 0.5}, inspection("😀😀😀"))


def test_without_either_it_is_an_error() -> None:
    bench = Bench()
    detector(SIGNAL, {}, bench)
    assert bench.errors[0][0].key == "signals.needs_one"
