"""What is kept of a file is said by its own bytes, and by how much there is of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import FILES, MOST, TOGETHER, Media, Missing, allowances, judged, media_of
from bot.domain.message import Attachment

MEGABYTE = 1024 * 1024


def file(number: int, size: int | None = None) -> Attachment:
    return Attachment(id=str(number), name=f"{number}.png", media_type="image/png", size=size)


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (b"\x89PNG\r\n\x1a\n...", Media.IMAGE),
        (b"\xff\xd8\xff\xe0", Media.IMAGE),
        (b"GIF89a", Media.IMAGE),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Media.IMAGE),
        (b"\0\0\0\x1cftypavif", Media.IMAGE),
        (b"RIFF\x10\0\0\0WAVEfmt ", Media.OTHER),
        ("Grüße".encode(), Media.TEXT),
        (b"<svg onload=alert(1)>", Media.TEXT),
        (b"MZ\x90\0", Media.OTHER),
        (b"\xff\xfe\xfd", Media.OTHER),
        (b"", Media.TEXT),
    ],
)
def test_the_first_bytes_say_what_sort_a_file_is(data: bytes, media: Media) -> None:
    assert media_of(data) is media


def test_a_text_that_calls_itself_a_picture_may_only_be_as_large_as_a_text() -> None:
    kept = judged(file(1), b"a" * (MOST[Media.TEXT] + 1), "00")
    assert (kept.media, kept.data, kept.missing) == (Media.TEXT, None, Missing.TOO_LARGE)


def test_of_another_sort_size_and_digest_are_kept_alone() -> None:
    kept = judged(file(1), b"\0\1", "ab")
    assert (kept.data, kept.size, kept.sha256, kept.missing) == (None, 2, "ab", Missing.SORT)


def test_a_file_that_is_too_large_is_never_asked_for() -> None:
    assert allowances([file(1, 9 * MEGABYTE)]) == {"1": Missing.TOO_LARGE}


def test_what_is_too_much_together_is_left_out_and_smaller_ones_behind_it_are_not() -> None:
    sizes = [8 * MEGABYTE, 8 * MEGABYTE, 7 * MEGABYTE, 2 * MEGABYTE, MEGABYTE]
    allowed = allowances([file(number, size) for number, size in enumerate(sizes)])
    assert [allowed[str(number)] for number in range(5)] == [*sizes[:3], Missing.TOO_MUCH, MEGABYTE]


@given(st.lists(st.none() | st.integers(0, 10 * MEGABYTE), max_size=30))
def test_never_is_more_read_than_is_kept_of_one_message(sizes: list[int | None]) -> None:
    allowed = allowances([file(number, size) for number, size in enumerate(sizes)])
    read = [most for most in allowed.values() if not isinstance(most, Missing)]
    assert len(allowed) == len(sizes)
    assert sum(read) <= TOGETHER
    assert len(read) <= FILES
    assert all(most <= MOST[Media.IMAGE] for most in read)
