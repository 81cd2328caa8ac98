"""Files."""

import pytest
from pydantic import ValidationError

from bot.domain.facts import Facts
from bot.domain.judgement import Want, WantKind
from bot.policy.signals.attachments import SIGNAL, AttachmentsParams
from tests.policy.make import Bench, attachment, detector, inspection, probe

_DIGEST = "ab" * 32


def test_files_are_counted() -> None:
    two = inspection(attachments=(attachment("a"), attachment("b")))
    assert probe(SIGNAL, {"at_least": 2}, two)
    assert probe(SIGNAL, {"at_least": 3}, two) is False


def test_the_media_type_of_the_source_counts_before_the_extension() -> None:
    assert probe(
        SIGNAL, {"types": "image/*"}, inspection(attachments=(attachment("x.bin", media_type="Image/PNG; q=1"),))
    )
    assert (
        probe(SIGNAL, {"types": "image/*"}, inspection(attachments=(attachment("x.png", media_type="text/plain"),)))
        is False
    )
    assert probe(SIGNAL, {"types": ["video/*", "image/*"]}, inspection(attachments=(attachment("x.JPG"),)))


def test_a_type_that_nothing_tells_stays_open() -> None:
    assert probe(SIGNAL, {"types": "image/*"}, inspection(attachments=(attachment("mystery"),))) is None


@pytest.mark.parametrize("name", ["setup.exe", "SETUP.EXE", "photo.png.exe", "setup.exe.", "setup.exe "])
def test_names_match_whatever_their_case_and_dots_at_the_end(name: str) -> None:
    assert probe(SIGNAL, {"names": ["*.scr", "*.exe"]}, inspection(attachments=(attachment(name),)))


def test_other_names_do_not_match() -> None:
    assert probe(SIGNAL, {"names": ["*.exe"]}, inspection(attachments=(attachment("exe.png"),))) is False


def test_sizes_count_in_thousands_and_an_unknown_one_stays_open() -> None:
    assert probe(SIGNAL, {"over": "8MB"}, inspection(attachments=(attachment(size=8_000_001),)))
    assert probe(SIGNAL, {"over": "8MB"}, inspection(attachments=(attachment(size=8_000_000),))) is False
    assert probe(SIGNAL, {"over": "8 MiB"}, inspection(attachments=(attachment(size=8_000_001),))) is False
    assert probe(SIGNAL, {"over": "8MB"}, inspection(attachments=(attachment(),))) is None


@pytest.mark.parametrize("size", ["8 mega", "-1", "", "1.5MB", -1, True, None, []])
def test_a_size_that_is_none_is_refused(size: object) -> None:
    with pytest.raises(ValidationError):
        AttachmentsParams.model_validate({"over": size, "names": "*"} if size is not None else {"over": {}})


def test_one_file_has_to_fit_in_every_respect() -> None:
    wanted = {"types": "image/*", "over": "1KB"}
    assert (
        probe(SIGNAL, wanted, inspection(attachments=(attachment("a.png", size=9), attachment("b.txt", size=9_000))))
        is False
    )
    assert probe(SIGNAL, wanted, inspection(attachments=(attachment("a.png", size=9_000),)))


def test_digests_are_compared_inline_from_lists_and_from_facts() -> None:
    bench = Bench(lists={"bad-files": (_DIGEST.upper(),)})
    assert probe(SIGNAL, {"sha256": _DIGEST}, inspection(attachments=(attachment(sha256=_DIGEST.upper()),)))
    assert probe(SIGNAL, {"lists": "bad-files"}, inspection(attachments=(attachment(sha256=_DIGEST),)), bench)
    known = Facts(hashes={"f1": _DIGEST})
    assert probe(SIGNAL, {"sha256": _DIGEST}, inspection(attachments=(attachment(id="f1"),), facts=known))
    assert probe(SIGNAL, {"sha256": _DIGEST}, inspection(attachments=(attachment(sha256="cd" * 32),))) is False


def test_an_unknown_digest_is_asked_for_once() -> None:
    inspected = inspection(attachments=(attachment(id="f1"),))
    asked = detector(SIGNAL, {"sha256": _DIGEST})
    assert asked.probe(inspected) is None
    assert asked.probe(inspected) is None
    assert inspected.wants == [Want(kind=WantKind.FILE_HASH, subject="f1")]


def test_a_digest_that_could_change_nothing_is_not_asked_for() -> None:
    inspected = inspection(attachments=(attachment("a.png"),))
    assert probe(SIGNAL, {"names": "*.exe", "sha256": _DIGEST}, inspected) is False
    assert inspected.wants == []


def test_what_is_no_digest_is_an_error_at_its_place() -> None:
    bench = Bench(lists={"bad-files": ("nonsense",)})
    detector(SIGNAL, {"sha256": [_DIGEST, "xyz"], "lists": ["bad-files"]}, bench)
    assert [path for _, path in bench.errors] == [("sha256", 1), ("lists", 0)]
