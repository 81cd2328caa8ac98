"""Keys and their lines; what the offline verifier computes by itself is what the library computes."""

from collections.abc import Callable
from hashlib import sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger import keys, offline
from bot.ledger.errors import KeyTextError
from bot.ledger.keys import Algorithm, Signer, Verifier
from tests.ledger.make import LOG, WITNESS, signer

#: RFC 8032 §7.1: secret key, public key, message, signature
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
            "655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
            "b00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
            "c027beceea1ec40a"
        ),
    ),
]


def by_library(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        return Verifier(name="a", algorithm=Algorithm.ED25519, public=public).accepts(message, signature)
    except KeyTextError:
        return False


Accepts = Callable[[bytes, bytes, bytes], bool]
both = pytest.mark.parametrize("accepts", [by_library, offline.signed], ids=["library", "offline"])

SEED = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = KEY.public_key().public_bytes_raw()
#: the private scalar, as RFC 8032 §5.1.5 derives it
SCALAR = int.from_bytes(sha512(SEED).digest()[:32], "little") & (1 << 254) - 8 | 1 << 254


def signature_with(nonce_point: bytes, message: bytes) -> bytes:
    """Return a signature whose nonce is zero, with the neutral element spelt as given."""
    h = int.from_bytes(sha512(nonce_point + PUBLIC + message).digest(), "little")
    return nonce_point + (h * SCALAR % offline.ORDER).to_bytes(32, "little")


@both
@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_the_known_signatures_are_accepted(
    accepts: Accepts, secret: str, public: str, message: str, signature: str
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert key.public_key().public_bytes_raw().hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert accepts(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
def test_the_offline_verifier_judges_signatures_as_the_library_does(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    broken = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    assert offline.signed(public, message, signature)
    assert by_library(public, message, signature)
    assert not offline.signed(public, message, broken)
    assert not by_library(public, message, broken)
    assert not offline.signed(public, message + b"x", signature)


@both
def test_a_signature_whose_second_half_went_once_round_the_group_is_refused(accepts: Accepts) -> None:
    signature = KEY.sign(b"text")
    s = int.from_bytes(signature[32:], "little") + offline.ORDER
    assert accepts(PUBLIC, b"text", signature)
    assert not accepts(PUBLIC, b"text", signature[:32] + s.to_bytes(32, "little"))


@both
@pytest.mark.parametrize("spelling", [offline.P + 1, 1 + (1 << 255), offline.P + 1 + (1 << 255)])
def test_a_point_that_is_not_spelt_in_its_one_way_is_refused(accepts: Accepts, spelling: int) -> None:
    assert accepts(PUBLIC, b"text", signature_with((1).to_bytes(32, "little"), b"text"))
    assert not accepts(PUBLIC, b"text", signature_with(spelling.to_bytes(32, "little"), b"text"))


def small_order_points() -> set[bytes]:
    torsion = offline.NEUTRAL
    for number in range(50):
        point = offline.unpack(sha512(bytes([number])).digest()[:32])
        if point:
            torsion = offline.times(offline.ORDER, point)
            if offline.pack(offline.times(4, torsion)) != offline.pack(offline.NEUTRAL):
                break
    points = [int.from_bytes(offline.pack(offline.times(number, torsion)), "little") for number in range(8)]
    # with the sign of x = 0 and with y beyond the field, where that fits into 255 bits
    odd = [point | 1 << 255 for point in points]
    beyond = [point + offline.P for point in points if point < 19]
    return {point.to_bytes(32, "little") for point in (*points, *odd, *beyond)}


@both
def test_a_key_under_which_signatures_fit_any_message_is_refused(accepts: Accepts) -> None:
    weak = small_order_points()
    assert len(weak) >= 11
    for public in weak:
        for s in range(8):
            nonce_point = offline.pack(offline.times(s, offline.BASE))
            assert not accepts(public, b"text", nonce_point + s.to_bytes(32, "little"))
        with pytest.raises(KeyTextError):
            Verifier(name="a", algorithm=Algorithm.ED25519, public=public)


@pytest.mark.parametrize("made", [LOG, WITNESS])
def test_a_key_comes_back_from_its_line(made: Signer) -> None:
    assert keys.read_verifier(str(made.verifier)) == made.verifier
    again = keys.read_signer(made.secret_text())
    assert (again.name, again.algorithm, again.verifier) == (made.name, made.algorithm, made.verifier)


def test_the_known_key_line_is_read() -> None:
    line = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    key = keys.read_verifier(line)
    assert (key.name, key.algorithm, key.id.hex()) == ("example.com/foo", Algorithm.ED25519, "530d903a")
    assert str(key) == line


def test_one_key_under_two_algorithms_has_two_ids() -> None:
    one, other = signer("a"), signer("a", Algorithm.COSIGNATURE)
    assert one.verifier.public == other.verifier.public
    assert one.verifier.id != other.verifier.id


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_key_line_with_a_slip_is_refused(place: int, mark: str) -> None:
    line = str(LOG.verifier)
    place %= len(line)
    slipped = line[:place] + mark + line[place + 1 :]
    if slipped.strip() != line:
        with pytest.raises(KeyTextError):
            keys.read_verifier(slipped)


@pytest.mark.parametrize("line", ["", "a", "a+b", "a+00000000+AAAA", "PRIVATE+KEY+a+00000000+AAAA", "+530d903a+Aeky"])
def test_what_is_no_key_line_is_refused(line: str) -> None:
    for read in (keys.read_verifier, keys.read_signer):
        with pytest.raises(KeyTextError):
            read(line)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\tb", "\udc80"])
def test_a_name_that_a_signature_line_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(KeyTextError):
        keys.new_signer(name, Algorithm.ED25519)


def test_a_private_key_shows_neither_in_its_representation_nor_in_an_error() -> None:
    made = keys.new_signer("a", Algorithm.ED25519)
    # the key itself may have plus signs in it
    secret = made.secret_text().split("+", 4)[4]
    assert secret not in repr(made)
    with pytest.raises(KeyTextError) as caught:
        keys.read_signer(made.secret_text()[:-1])
    assert secret[:20] not in str(caught.value)
