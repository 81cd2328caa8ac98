"""Entries: what they hold, and what they refuse to hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import canonical, entries
from bot.ledger.canonical import Plain
from bot.ledger.entries import Entry
from bot.ledger.errors import CanonicalError, EntryError

ACTOR: dict[str, Plain] = {"kind": "person", "person": "nw-17", "organisation": "nightwatch", "level": "supervised"}
WHOLE: dict[str, Plain] = {"seq": 0, "at": 0, "kind": "refused", "actor": ACTOR}
DIGEST = bytes(range(32))
named = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


whole = st.builds(
    Entry,
    seq=st.integers(0, 2**53 - 1),
    at=st.integers(0, 2**53 - 1),
    kind=st.sampled_from(["action", "refused"]),
    actor=st.just(ACTOR),
    policy=named,
    case=named,
    action=named,
    refused=st.integers(0, 9),
    details=st.just({"reason": entries.commit(DIGEST), "targets": [entries.commit(DIGEST)]}),
)


@given(whole)
def test_an_entry_comes_back_from_its_bytes(entry: Entry) -> None:
    assert entries.read(entries.write(entry)) == entry
    assert entries.commitments(entry) == {"details.reason": DIGEST, "details.targets.0": DIGEST}


def test_what_is_absent_is_not_written() -> None:
    data = entries.write(Entry(seq=0, at=5, kind="view", actor={"kind": "operator"}))
    assert data == b'{"actor":{"kind":"operator"},"at":5,"kind":"view","seq":0}'


@pytest.mark.parametrize(
    "change",
    [
        {"seq": -1},
        {"seq": "1"},
        {"seq": True},
        {"seq": None},
        {"at": -1},
        {"kind": ""},
        {"kind": 7},
        {"actor": {}},
        {"actor": "nw-17"},
        {"policy": ""},
        {"policy": None},
        {"refused": 0},
        {"refused": -1},
        {"details": {}},
        {"details": []},
        {"member": "1234"},
        {"details": {"reason": {"commitment": "words"}}},
        {"details": {"reason": {"commitment": "AB" * 32}}},
        {"details": {"reason": {"commitment": "ab" * 31}}},
        {"details": {"reason": {"commitment": "ab" * 32, "value": "words"}}},
        {"details": {"reasons": [{"commitment": 7}]}},
        {"actor": {"kind": "person", "alias": {"commitment": "٣" * 64}}},
    ],
)
def test_what_is_no_entry_is_refused(change: dict[str, Plain]) -> None:
    with pytest.raises(EntryError):
        entries.read(canonical.write({**WHOLE, **change}))


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_an_entry_lacks_nothing_that_it_needs(missing: str) -> None:
    with pytest.raises(EntryError):
        entries.read(canonical.write({key: value for key, value in WHOLE.items() if key != missing}))


@pytest.mark.parametrize("value", [[], "text", 7, None, [WHOLE]])
def test_what_is_no_mapping_is_no_entry(value: Plain) -> None:
    with pytest.raises(EntryError):
        entries.read(canonical.write(value))


def test_an_entry_that_could_not_be_read_is_not_written() -> None:
    for wrong in (Entry(seq=-1, at=0, kind="view", actor=ACTOR), Entry(seq=0, at=0, kind="", actor=ACTOR)):
        with pytest.raises(EntryError):
            entries.write(wrong)
    with pytest.raises(CanonicalError):
        entries.write(Entry(seq=0, at=2**53, kind="view", actor=ACTOR))
