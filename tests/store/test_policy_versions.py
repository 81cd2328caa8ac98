"""Kept policy sets: what was packed comes back, and what wasn't is refused."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import policy_versions
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.errors import CorruptedError
from bot.store.policy_versions import PoliciesTooLargeError, is_kept, keep_files, kept_files, pack, unpack
from bot.store.tripped import all_tripped, clear, trip, tripped
from tests.fakes.clock import START

FILES = {
    "acme/community.yaml": "community: acme\n# Müller 🦆\n".encode(),
    "shared/lists/mild.txt": b"\xef\xbb\xbfnoob\r\n",
}
texts = st.dictionaries(st.text(min_size=1), st.text(st.characters(codec="utf-8")).map(str.encode))


@given(texts)
def test_whatever_was_packed_comes_back(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)) == files


@given(st.binary())
def test_what_nobody_packed_is_refused(rubbish: bytes) -> None:
    with pytest.raises(CorruptedError):
        unpack(rubbish)


@pytest.mark.parametrize("said", [b"[1]", b'{"a": 1}', b"{", b"\xff"])
def test_packed_rubbish_is_refused_too(said: bytes) -> None:
    with pytest.raises(CorruptedError):
        unpack(zlib.compress(said))


def test_a_bomb_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack({"a": b"x" * 1_000_000})
    monkeypatch.setattr(policy_versions, "_UNPACKED", 1_000)
    with pytest.raises(CorruptedError):
        unpack(packed)


def test_more_than_can_be_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_versions, "LARGEST", 10)
    with pytest.raises(PoliciesTooLargeError):
        pack({"a": b"12345", "b": b"123456"})


async def test_a_set_is_kept_once_and_of_one_community_alone(store: Store) -> None:
    async with store.writing() as tx:
        await add_community(tx, "acme", START)
        await add_community(tx, "umbra", START)
        await keep_files(tx, "acme", "v1", FILES, START)
        await keep_files(tx, "acme", "v1", {"other": b""}, START)
        assert await is_kept(tx, "acme", "v1")
        assert await kept_files(tx, "acme", "v1") == FILES
        assert await kept_files(tx, "umbra", "v1") is None
        assert not await is_kept(tx, "acme", "v2")


async def test_a_rule_trips_once_until_it_is_cleared(store: Store) -> None:
    async with store.writing() as tx:
        for name in ("acme", "umbra"):
            await add_community(tx, name, START)
        assert await trip(tx, "acme", "respect/slur", "v1", START)
        assert not await trip(tx, "acme", "respect/slur", "v1", START)
        assert await tripped(tx, "acme") == {"respect/slur"}
        assert await tripped(tx, "umbra") == set()
        assert await all_tripped(tx) == {"acme": {"respect/slur"}}
        assert await clear(tx, "acme") == 1
        assert await tripped(tx, "acme") == set()
