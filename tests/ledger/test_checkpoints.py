"""Checkpoints: the form, whose signature counts, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import checkpoint, note
from bot.ledger.checkpoint import Checkpoint
from bot.ledger.errors import CheckpointError, SignatureError
from bot.ledger.note import Note
from tests.ledger.make import LOG, NOON, ORIGIN, OTHER_WITNESS, WITNESS, ledger, signer

EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def test_the_known_checkpoint_is_read_and_written_the_same() -> None:
    read = checkpoint.read_body(EXAMPLE)
    assert (read.origin, read.size, read.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert checkpoint.body(read) == EXAMPLE


@given(
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=3),
)
def test_what_was_signed_is_what_is_verified(size: int, root: bytes, extensions: list[str]) -> None:
    stated = Checkpoint(origin=ORIGIN, size=size, root=root, extensions=tuple(extensions))
    verified = checkpoint.verify(checkpoint.sign(stated, LOG), [LOG.verifier])
    assert (verified.checkpoint, verified.log, verified.witnesses) == (stated, LOG.verifier, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "origin\n1\n",
        f"\n1\n{ROOT}\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n 1\n{ROOT}\n",
        f"origin\n١\n{ROOT}\n",
        f"origin\n9223372036854775808\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-4]}\n",
        f"origin\n1\n{ROOT[:-1]}\n",
        f"origin\n1\n{ROOT}",
        f"origin\n1\n{ROOT}\n\nextension\n",
        f"origin\n1\n{ROOT}\n\n",
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.read_body(text)


@pytest.mark.parametrize(
    "stated",
    [
        Checkpoint(origin=ORIGIN, size=-1, root=bytes(32)),
        Checkpoint(origin=ORIGIN, size=1, root=bytes(31)),
        Checkpoint(origin=ORIGIN, size=1, root=bytes(32), extensions=("",)),
        Checkpoint(origin=ORIGIN, size=1, root=bytes(32), extensions=("one\ntwo",)),
        Checkpoint(origin="locum.example/other", size=1, root=bytes(32)),
    ],
)
def test_what_would_not_be_read_back_is_not_signed(stated: Checkpoint) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.sign(stated, LOG)


def test_a_witness_cannot_sign_in_the_ledgers_place() -> None:
    made = ledger(3)
    text = note.read(made.checkpoint()).text
    alone = note.write(Note(text=text, signatures=(note.sign(text, WITNESS, NOON),)))
    with pytest.raises(SignatureError):
        checkpoint.verify(alone, [LOG.verifier], [WITNESS.verifier])


def test_the_key_of_another_ledger_counts_for_nothing() -> None:
    other = signer("locum.example/other", seed=7)
    text = note.read(ledger(3).checkpoint()).text
    crossed = note.write(Note(text=text, signatures=(note.sign(text, other),)))
    with pytest.raises(SignatureError):
        checkpoint.verify(crossed, [LOG.verifier, other.verifier])


def test_after_a_change_of_keys_both_are_known() -> None:
    newer, made = signer(ORIGIN, seed=8), ledger(3)
    for key in (LOG, newer):
        verified = checkpoint.verify(made.checkpoint(by=key), [LOG.verifier, newer.verifier])
        assert verified.log == key.verifier


def test_known_witnesses_are_named_with_their_times() -> None:
    signed = note.read(ledger(3).checkpoint())
    more = [note.sign(signed.text, WITNESS, NOON), note.sign(signed.text, OTHER_WITNESS, NOON + 1)]
    data = note.write(note.with_signatures(signed, [*more, *more]))
    assert data.count(b"\n") == 7, "no line stands twice"
    verified = checkpoint.verify(data, [LOG.verifier], [WITNESS.verifier, OTHER_WITNESS.verifier])
    assert [(one.verifier.name, one.at) for one in verified.witnesses] == [
        (WITNESS.name, NOON),
        (OTHER_WITNESS.name, NOON + 1),
    ]
    assert not checkpoint.verify(data, [LOG.verifier]).witnesses
