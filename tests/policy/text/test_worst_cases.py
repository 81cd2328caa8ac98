"""No message takes long to read: work grows with its length and no faster, and never hides what stands in it."""

from time import process_time

import pytest

from tests.policy.text.readers import TERMS, places, reader_of, seen

#: so many characters take a few milliseconds; with work that grows by the square, minutes
_LONG = 40_000
_SECONDS = 5

_SIGNS = "|({<[+!#.,?\"-*_~`'@$%&/\\:;=^>})]"
_SHAPES = {
    **{f"a run of {sign}": sign * (_LONG - 1) + "a" for sign in _SIGNS},
    **{f"a run of {sign} behind a letter": "é" + sign * _LONG for sign in _SIGNS},
    **{f"letters parted by {sign}": f"a{sign * 3}" * (_LONG // 4) for sign in _SIGNS},
    "all brackets": "([{<" * (_LONG // 4),
    "separated words": " ".join(f"f.u.c.k{number}" for number in range(_LONG // 11)),
    "words in leet": " ".join(f"5h1t{number}" for number in range(_LONG // 9)),
    "masked words": " ".join(f"f{'*' * (number % 30 + 1)}k{number}" for number in range(_LONG // 20)),
    "torn words": " ".join(f"fu ck{number}" for number in range(_LONG // 10)),
    "spelled words": "f u c k " * (_LONG // 8),
    "one separated word": "f.u.c.k." * (_LONG // 8),
    "one word in leet": "5h1t." * (_LONG // 5),
    "characters of many scripts": "".join(map(chr, range(0xA1, 0xA1 + _LONG))),
    "drawn letters": "|-|/\\|_|" * (_LONG // 8),
    "words joined by capitals": "FuckShit" * (_LONG // 8),
}


@pytest.mark.parametrize("shape", _SHAPES)
def test_ten_messages_length_is_read_in_little_time(shape: str) -> None:
    reader = reader_of(*TERMS)
    begun = process_time()
    reader.find(_SHAPES[shape])
    assert process_time() - begun < _SECONDS


@pytest.mark.parametrize("shape", ["separated words", "words in leet", "one separated word", "spelled words"])
def test_evidence_is_bounded_and_never_empty(shape: str) -> None:
    assert 0 < len(places(_SHAPES[shape][:4_000], reader_of(*TERMS))) <= 4_000


def test_a_word_behind_many_that_only_resemble_one_is_seen() -> None:
    harmless = " ".join(f"f.u.c.i.{number}" for number in range(400))
    assert "shit" in seen(harmless + " s.h.i.t", reader_of(*TERMS))


def test_a_plain_word_behind_many_disguised_ones_is_seen() -> None:
    assert "nigger" in seen(" ".join(f"f.u.c.k{number}" for number in range(400)) + " nigger", reader_of(*TERMS))


@pytest.mark.parametrize("times", [10, 60])
def test_many_disguised_words_are_read_alike_whether_met_before_or_not(times: int) -> None:
    text = " ".join(f"f.u.c.k{number} word{number} fu ck x 7" for number in range(times))
    warm = reader_of(*TERMS)
    for chunk in reversed(text.split()):
        warm.find(chunk)
    assert warm.find(text) == reader_of(*TERMS).find(text) == warm.find(text)


@pytest.mark.parametrize(
    "text", ["du A r s c h l o c h", "you are an a s s h o l e", "you are a s s h o l e", "we s h i t now"]
)
def test_a_short_word_before_letters_that_stand_apart_spoils_nothing(text: str) -> None:
    assert "spaced" in {how for _, how, _ in places(text)}


@pytest.mark.parametrize(
    "text", ["killyourself", "just killyourself", "KillYourself", "KILLYOURSELF now", "kill your self"]
)
def test_a_phrase_is_seen_wherever_spaces_are_left_out_or_added(text: str) -> None:
    assert "kill yourself" in seen(text)
