"""Signed notes: what is refused, what is ignored, what counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import keys, note
from bot.ledger.errors import NoteError, SignatureError
from bot.ledger.keys import Algorithm, Signer
from bot.ledger.note import Note
from tests.ledger.make import LOG, NOON, WITNESS, signer

#: the example of the specification
KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
#: a witness's line from the specification; nobody here knows its key
STRANGER = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+"
    "mbIUBkBIfZ+qnA==\n"
)
lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
bodies = st.lists(lines, min_size=1, max_size=6).map(lambda parts: "\n".join(parts) + "\n")


def signed(text: str, *signers: Signer) -> bytes:
    return note.write(Note(text=text, signatures=tuple(note.sign(text, one, NOON) for one in signers)))


def test_the_known_note_verifies_and_is_written_the_same() -> None:
    read = note.read(EXAMPLE)
    assert read.text == "This is an example message.\n"
    assert note.write(read) == EXAMPLE
    assert [one.verifier.name for one in note.verify(read, [keys.read_verifier(KEY)])] == ["example.com/foo"]


@given(bodies)
def test_what_was_signed_is_read_back_and_verifies(text: str) -> None:
    read = note.read(signed(text, LOG, WITNESS))
    assert read.text == text
    vouched = note.verify(read, [LOG.verifier, WITNESS.verifier])
    assert [(one.verifier, one.at) for one in vouched] == [(LOG.verifier, None), (WITNESS.verifier, NOON)]


@given(bodies, st.data())
def test_a_changed_byte_is_refused(text: str, data: st.DataObject) -> None:
    whole = signed(text, LOG)
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((NoteError, SignatureError)):
        note.verify(note.read(bytes(changed)), [LOG.verifier])


def test_signatures_of_unknown_keys_count_for_nothing() -> None:
    strange = signed("text\n", LOG) + STRANGER.encode()
    assert len(note.verify(note.read(strange), [LOG.verifier])) == 1
    with pytest.raises(SignatureError):
        note.verify(note.read(strange), [WITNESS.verifier])
    with pytest.raises(SignatureError):
        note.verify(note.read(strange), [])


def test_a_key_that_shares_the_name_alone_is_unknown() -> None:
    with pytest.raises(SignatureError):
        note.verify(note.read(signed("text\n", LOG)), [signer(LOG.name, seed=9).verifier])


@pytest.mark.parametrize("first", [True, False])
def test_one_false_signature_under_a_known_key_spoils_the_note(first: bool) -> None:
    good, bad = note.sign("text\n", LOG), note.sign("other\n", LOG)
    spoilt = Note(text="text\n", signatures=(good, bad) if first else (bad, good))
    with pytest.raises(SignatureError):
        note.verify(spoilt, [LOG.verifier])


def test_a_key_that_signs_twice_counts_once() -> None:
    doubled = Note(text="text\n", signatures=(note.sign("text\n", WITNESS, 1), note.sign("text\n", WITNESS, 2)))
    assert [one.at for one in note.verify(doubled, [WITNESS.verifier])] == [1]


def test_a_cosignature_is_bound_to_its_time() -> None:
    line = note.sign("text\n", WITNESS, NOON)
    later = replace(line, value=(NOON + 1).to_bytes(8, "big") + line.value[8:])
    for value in (later, replace(line, value=line.value[:-1]), replace(line, value=line.value + b"\0")):
        with pytest.raises(SignatureError):
            note.verify(Note(text="text\n", signatures=(value,)), [WITNESS.verifier])


def test_a_cosignature_without_a_time_is_not_made() -> None:
    for at in (0, -1, 2**63):
        with pytest.raises(NoteError):
            note.sign("text\n", WITNESS, at)


def test_a_signature_of_one_kind_never_serves_as_the_other() -> None:
    plain, dated = signer("a"), signer("a", Algorithm.COSIGNATURE)
    as_plain = replace(note.sign("text\n", dated, NOON), key_id=plain.verifier.id)
    with pytest.raises(SignatureError):
        note.verify(Note(text="text\n", signatures=(as_plain,)), [plain.verifier])


@pytest.mark.parametrize(
    "whole",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n" + STRANGER.encode()[:-1],
        b"text\n" + STRANGER.encode(),
        b"text\n\n" + STRANGER.encode()[:-1],
        b"text\n\n" + STRANGER.encode() + b"\n",
        b"text\n\n" + STRANGER.encode() + b"more\n",
        b"te\rxt\n\n" + STRANGER.encode(),
        b"te\0xt\n\n" + STRANGER.encode(),
        b"te\xffxt\n\n" + STRANGER.encode(),
        b"text\n\n" + STRANGER.replace("— ", "- ").encode(),
        b"text\n\n" + STRANGER.replace("w1 ", "w1  ").encode(),
        b"text\n\n" + STRANGER.replace("w1", "w+1").encode(),
        b"text\n\n" + STRANGER.replace("==", "").encode(),
        b"text\n\n" + STRANGER.replace("nA==", "nB==").encode(),
        b"text\n\n" + STRANGER.replace("\n", "\r\n").encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n—  AAAAAAAAAA==\n".encode(),
        b"text\n\n" + STRANGER.encode() * 101,
        b"x" * 1_000_001 + b"\n\n" + STRANGER.encode(),
    ],
)
def test_what_is_malformed_is_refused(whole: bytes) -> None:
    with pytest.raises(NoteError):
        note.read(whole)


def test_as_many_signatures_as_the_specification_asks_for_are_read() -> None:
    assert len(note.read(b"text\n\n" + STRANGER.encode() * 16).signatures) == 16


@pytest.mark.parametrize("text", ["", "text", "te\txt\n", "te\ud800xt\n"])
def test_a_text_that_a_note_cannot_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        note.sign(text, LOG)


def test_a_note_without_signatures_is_not_written() -> None:
    with pytest.raises(NoteError):
        note.write(Note(text="text\n", signatures=()))
