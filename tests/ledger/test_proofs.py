"""Proofs as files: round trips, refusals, and that nothing in them can be altered unseen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import proof
from bot.ledger.errors import LedgerError, ProofError, UnprovenError
from bot.ledger.keys import Verifier
from tests.ledger.make import LOG, NOON, WITNESS, entry, files, ledger, signer

MADE = ledger(37)
HASH = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
NOTE = MADE.checkpoint()


@pytest.mark.parametrize("size", [1, 2, 3, 37])
@pytest.mark.parametrize("inside", [True, False])
def test_every_entry_is_proved_by_its_own_file(size: int, inside: bool) -> None:
    made = ledger(size)
    for index in range(size):
        data, body = files(made, index, witnesses=[WITNESS], inside=inside)
        read = proof.read(data)
        assert proof.write(read) == data
        verified = proof.verify(read, body, [LOG.verifier], [WITNESS.verifier])
        assert verified.checkpoint.size == size
        assert [one.at for one in verified.witnesses] == [NOON]
        assert read.extra == (body if inside else b"")


def test_an_entry_is_not_proved_by_the_proof_of_another() -> None:
    read = proof.read(files(MADE, 5)[0])
    for other in (MADE.bodies[6], entry(5, what="dismiss"), MADE.bodies[5] + b"\n", b""):
        with pytest.raises(UnprovenError):
            proof.verify(read, other, [LOG.verifier])
    with pytest.raises(UnprovenError):
        proof.verify(replace(read, index=4), MADE.bodies[5], [LOG.verifier])


def test_an_entry_that_calls_itself_another_one_is_not_proved() -> None:
    crooked = ledger(0)
    crooked.append([entry(0), entry(7)])
    data, body = files(crooked, 1)
    with pytest.raises(UnprovenError):
        proof.verify(proof.read(data), body, [LOG.verifier])


def test_what_was_logged_without_being_an_entry_is_not_proved() -> None:
    crooked = ledger(0)
    crooked.append([b'{"note":"hello"}'])
    with pytest.raises(LedgerError):
        proof.verify(proof.read(files(crooked, 0)[0]), crooked.bodies[0], [LOG.verifier])


def test_a_proof_under_a_key_that_nobody_trusts_is_refused() -> None:
    data, body = files(MADE, 3)
    strangers: list[list[Verifier]] = [[], [signer(LOG.name, seed=9).verifier], [WITNESS.verifier]]
    for keys in strangers:
        with pytest.raises(LedgerError):
            proof.verify(proof.read(data), body, keys)


@given(st.integers(0, 36), st.booleans(), st.data())
def test_a_flipped_byte_anywhere_is_refused(index: int, in_entry: bool, data: st.DataObject) -> None:
    # without cosignatures: one that can't be recognised any more is passed over, as the format asks for
    parts = [bytearray(part) for part in files(MADE, index)]
    changed = parts[in_entry]
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    assert refused(bytes(parts[0]), bytes(parts[1]))


@given(st.integers(0, 36), st.data())
def test_a_proof_cut_short_or_with_lines_gone_swapped_or_doubled_is_refused(index: int, data: st.DataObject) -> None:
    whole, body = files(MADE, index)
    rows = whole.splitlines(keepends=True)
    one, other = (data.draw(st.integers(0, len(rows) - 1)) for _ in range(2))
    swapped = list(rows)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    cut = data.draw(st.integers(0, len(whole) - 1))
    for changed in (
        whole[:cut],
        b"".join(rows[:one] + rows[one + 1 :]),
        b"".join(swapped),
        b"".join(rows[: one + 1] + rows[one:]),
    ):
        # the ledger's own signature line twice says nothing else
        if changed not in (whole, whole + rows[-1]):
            assert refused(changed, body)


def refused(data: bytes, body: bytes) -> bool:
    try:
        verified = proof.verify(proof.read(data), body, [LOG.verifier], [WITNESS.verifier])
    except LedgerError:
        return True
    # a witness's line that no longer names a known key counts for nothing, as the specification wants
    return b"nightwatch" in data and not verified.witnesses


@pytest.mark.parametrize(
    "head",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 0\n",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n",
        "c2sp.org/tlog-proof@v1\nindex ٣\n",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n",
        "c2sp.org/tlog-proof@v1\nextra *\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{HASH}\n" * 64,
        "c2sp.org/tlog-proof@v1\r\nindex 0\r\n",
    ],
)
def test_another_form_is_refused(head: str) -> None:
    with pytest.raises(ProofError):
        proof.read(head.encode() + b"\n" + NOTE)


def test_a_proof_without_a_checkpoint_is_refused() -> None:
    with pytest.raises(ProofError):
        proof.read(b"c2sp.org/tlog-proof@v1\nindex 0\n")
    with pytest.raises(ProofError):
        proof.write(replace(MADE.proof(0), path=(b"short",)))


def test_a_proof_of_a_million_entries_is_a_small_file() -> None:
    path = tuple(bytes(32) for _ in range(20))
    data = proof.write(replace(MADE.proof(0, witnesses=[WITNESS]), index=999_999, path=path))
    assert len(data) < 1_500
