"""Sealed values, wrapped keys and commitments: what opens them, and what is left once a key is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import canonical, entries, proof, sealing, tree
from bot.ledger.entries import Entry
from bot.ledger.errors import SealError
from bot.ledger.sealing import Wrapped, WrappingKey
from tests.ledger.make import LOG, Ledger, entry

OLD = WrappingKey(id="2026-01", secret=bytes(32))
NEW = WrappingKey(id="2026-02", secret=bytes([1]) * 32)
KEYS = {OLD.id: OLD, NEW.id: NEW}


def flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit % (8 * len(data))).to_bytes(len(data), "big")


@given(st.binary(max_size=300))
def test_a_sealed_value_opens_at_its_own_place(value: bytes) -> None:
    key = sealing.new_key()
    assert sealing.unseal(sealing.seal(value, key, seq=7, field="reason"), key, seq=7, field="reason") == value


@pytest.mark.parametrize(("seq", "field"), [(8, "reason"), (7, "name"), (77, "eason"), (7, "")])
def test_a_sealed_value_that_was_moved_does_not_open(seq: int, field: str) -> None:
    key = sealing.new_key()
    sealed = sealing.seal(b"words", key, seq=7, field="reason")
    with pytest.raises(SealError):
        sealing.unseal(sealed, key, seq=seq, field=field)


@given(st.integers(0, 10_000))
def test_an_altered_value_does_not_open(bit: int) -> None:
    key = sealing.new_key()
    sealed = sealing.seal(b"words", key, seq=7, field="reason")
    for changed in (flipped(sealed, bit), sealed[: bit % len(sealed)], sealed + b"\0"):
        with pytest.raises(SealError):
            sealing.unseal(changed, key, seq=7, field="reason")


def test_another_subjects_key_does_not_open_it() -> None:
    sealed = sealing.seal(b"words", sealing.new_key(), seq=7, field="reason")
    with pytest.raises(SealError):
        sealing.unseal(sealed, sealing.new_key(), seq=7, field="reason")


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_key_of_another_length_is_refused_rather_than_used_for_a_weaker_cipher(length: int) -> None:
    with pytest.raises(SealError):
        sealing.seal(b"words", bytes(length), seq=7, field="reason")
    with pytest.raises(SealError):
        sealing.wrap(bytes(length), OLD, "s1")
    with pytest.raises(SealError):
        sealing.commitment(bytes(length), "words")


def test_sealing_the_same_twice_gives_two_ciphertexts() -> None:
    key = sealing.new_key()
    assert sealing.seal(b"words", key, seq=7, field="r") != sealing.seal(b"words", key, seq=7, field="r")


def test_a_wrapped_key_opens_for_its_own_subject_alone() -> None:
    key = sealing.new_key()
    wrapped = sealing.wrap(key, OLD, "s1")
    assert sealing.unwrap(wrapped, KEYS, "s1") == key
    with pytest.raises(SealError):
        sealing.unwrap(wrapped, KEYS, "s2")


def test_a_wrapped_key_needs_its_own_wrapping_key() -> None:
    wrapped = sealing.wrap(sealing.new_key(), OLD, "s1")
    renamed = Wrapped(key_id=NEW.id, data=wrapped.data)
    impostor = {OLD.id: WrappingKey(id=OLD.id, secret=NEW.secret)}
    for changed, keys in ((renamed, KEYS), (wrapped, impostor), (wrapped, {NEW.id: NEW})):
        with pytest.raises(SealError):
            sealing.unwrap(changed, keys, "s1")


@given(st.integers(0, 10_000))
def test_an_altered_wrapped_key_does_not_open(bit: int) -> None:
    wrapped = sealing.wrap(sealing.new_key(), OLD, "s1")
    with pytest.raises(SealError):
        sealing.unwrap(Wrapped(key_id=OLD.id, data=flipped(wrapped.data, bit)), KEYS, "s1")


def test_after_a_rotation_the_new_wrapping_key_is_enough() -> None:
    key = sealing.new_key()
    sealed = sealing.seal(b"words", key, seq=7, field="reason")
    rotated = sealing.rewrap(sealing.wrap(key, OLD, "s1"), KEYS, NEW, "s1")
    again = sealing.unwrap(rotated, {NEW.id: NEW}, "s1")
    assert sealing.unseal(sealed, again, seq=7, field="reason") == b"words"


def test_no_secret_shows_in_a_representation() -> None:
    assert NEW.secret.hex()[:8] not in repr(NEW)
    assert "secret" not in repr(NEW)


def test_a_commitment_fits_its_value_and_salt_alone() -> None:
    salt = sealing.new_salt()
    digest = sealing.commitment(salt, {"reason": "words", "count": 1})
    assert sealing.committed(salt, {"count": 1, "reason": "words"}, digest)
    assert not sealing.committed(salt, {"count": 2, "reason": "words"}, digest)
    assert not sealing.committed(sealing.new_salt(), {"count": 1, "reason": "words"}, digest)


def test_erasing_a_subjects_key_salt_and_values_leaves_every_proof_valid() -> None:
    key, salt = sealing.new_key(), sealing.new_salt()
    vault = {
        "key": sealing.wrap(key, OLD, "s1"),
        "salt": salt,
        "reason": sealing.seal(canonical.write("their words"), key, seq=1, field="details.reason"),
    }
    made = Ledger()
    details = {"reason": entries.commit(sealing.commitment(salt, "their words"))}
    about = Entry(seq=1, at=1, kind="action", actor={"kind": "automation"}, details=details)
    made.append([entry(0), entries.write(about), entry(2)])
    root, before = made.root(), made.proof(1)
    assert sealing.committed(salt, "their words", entries.commitments(about)["details.reason"])

    vault.clear()

    made.append([entry(3, what="erased")])
    assert made.root(3) == root
    proof.verify(before, made.bodies[1], [LOG.verifier])
    proof.verify(made.proof(1), made.bodies[1], [LOG.verifier])
    path = tree.consistency(3, 4, made.node)
    assert tree.verify_consistency(old=3, new=4, old_root=root, new_root=made.root(), path=path)
    assert b"their words" not in b"".join(made.bodies)
