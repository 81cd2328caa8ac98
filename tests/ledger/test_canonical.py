"""Canonical JSON: one spelling a value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import canonical
from bot.ledger.canonical import LARGEST, Plain
from bot.ledger.errors import CanonicalError

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_back_the_same(value: Plain) -> None:
    assert canonical.read(canonical.write(value)) == value


@given(values)
def test_the_spelling_is_that_of_the_standard_library(value: Plain) -> None:
    expected = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical.write(value) == expected.encode()


@given(st.dictionaries(texts, values, min_size=2, max_size=5))
def test_the_order_in_which_keys_came_makes_no_difference(value: dict[str, Plain]) -> None:
    assert canonical.write(dict(reversed(value.items()))) == canonical.write(value)


@given(values, st.data())
def test_another_spelling_is_refused(value: Plain, data: st.DataObject) -> None:
    spelt = canonical.write(value)
    loose = data.draw(st.sampled_from([json.dumps(value, indent=1), json.dumps(value), " " + spelt.decode()])).encode()
    if loose != spelt:
        with pytest.raises(CanonicalError):
            canonical.read(loose)


@pytest.mark.parametrize(
    "spelt",
    [
        b"",
        b"1.0",
        b"1e5",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b'{"a":1e300}',
        b'{"a":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a":{"b":1,"b":1}}',
        b'"\\u00e4"',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b"\xff",
        b"[1,]",
        b"[1]x",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000 + b"]" * 100_000,
        b"\xef\xbb\xbf1",
    ],
)
def test_what_is_no_canonical_spelling_is_refused(spelt: bytes) -> None:
    with pytest.raises(CanonicalError):
        canonical.read(spelt)


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), {1: 2}, {None: 1}, b"bytes", {1, 2}, [object()], "\ud800", {"\udfff": 1}, 2**53, -(2**53)],
)
def test_what_json_would_bend_into_shape_is_refused(value: Plain) -> None:
    with pytest.raises(CanonicalError):
        canonical.write(value)


def test_nesting_without_end_is_refused() -> None:
    endless: list[Plain] = []
    endless.append(endless)
    with pytest.raises(CanonicalError):
        canonical.write(endless)


@pytest.mark.parametrize("value", [LARGEST, -LARGEST, 0, "1234567890123456", ["12345678901234567.5e3", ":1.5"]])
def test_what_only_looks_suspicious_passes(value: Plain) -> None:
    assert canonical.read(canonical.write(value)) == value
