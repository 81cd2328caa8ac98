"""A big JSON list inside a file is read object by object, and its broken parts are named."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.archive import json_stream
from adapters.archive.documents import Document, Tally
from adapters.archive.json_stream import objects
from adapters.archive.json_values import decoder
from bot.domain.reading import Skipped, Unit


class Thing(msgspec.Struct):
    """Enough of an object to tell it apart."""

    id: str | int | None = None


DECODE = decoder(Thing, {"id"})


def document(data: bytes) -> Document:
    def chunks(size: int, tally: Tally) -> Iterator[bytes]:
        return (data[start : start + size] for start in range(0, len(data), size))

    return Document(name="list.json", size=len(data), chunks=chunks)


def read(data: bytes, chunk: int = 7, key: str = "messages") -> tuple[list[object], list[tuple[int, str]]]:
    """Return the ids that were read, and place and reason of all that was not."""
    ids: list[object] = []
    skipped: list[tuple[int, str]] = []
    for item in objects(document(data), chunk, Tally(), key=key, decode=DECODE, head={}):
        if isinstance(item, Skipped):
            skipped.append((item.position, item.reason.key))
        else:
            ids.append(item.value.id)
    return ids, skipped


def test_a_list_under_a_key_is_read_with_what_stands_before_and_behind_it() -> None:
    head: dict[str, Any] = {}
    data = json.dumps({"guild": {"id": "1"}, "n": 3, "messages": [{"id": "a"}, {"id": "b"}], "count": 2}).encode()
    found = list(objects(document(data), 5, Tally(), key="messages", decode=DECODE, head=head))
    assert head == {"guild": {"id": "1"}, "n": 3}
    assert [item.value.id for item in found if not isinstance(item, Skipped)] == ["a", "b"]


@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4, "\t"])
@pytest.mark.parametrize("chunk", [1, 3, 64, 4096])
def test_any_indentation_and_any_chunk_size_give_the_same_objects(indent: int | str | None, chunk: int) -> None:
    things = [{"id": f"{n}", "text": '} ] , { "\n\\', "deep": [{"a": {}}, [], {"b": [1, {}]}]} for n in range(9)]
    ids, skipped = read(json.dumps({"messages": things, "end": {}}, indent=indent).encode(), chunk)
    assert (ids, skipped) == ([f"{n}" for n in range(9)], [])


def test_windows_line_ends_are_as_good_as_others() -> None:
    data = json.dumps({"messages": [{"id": 1}, {"id": 2}]}, indent=2).replace("\n", "\r\n").encode()
    assert read(data) == ([1, 2], [])


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b"\xef\xbb\xbf" + b'{"messages": [{"id": 1}]}') == ([1], [])


def test_what_comes_before_a_break_is_read_and_the_break_is_named_once() -> None:
    data = json.dumps({"messages": [{"id": n} for n in range(5)]}, indent=2).encode()
    ids, skipped = read(data[: data.index(b'"id": 3') + 4])
    assert (ids, skipped) == ([0, 1, 2], [(4, "archive.cut_off")])


@pytest.mark.parametrize("indent", [None, 2])
def test_one_malformed_object_costs_only_itself(indent: int | None) -> None:
    data = json.dumps({"messages": [{"id": n, "x": "y" * 40} for n in range(5)]}, indent=indent).encode()
    ids, skipped = read(data.replace(b'"id": 2', b'"id": oops'))
    assert (ids, skipped) == ([0, 1, 3, 4], [(3, "archive.not_json")])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "archive.not_json"),
        (b"plain words", "archive.not_json"),
        (b"<html></html>", "archive.not_json"),
        (b"[]", "archive.no_list"),
        (b'{"a": 1}', "archive.no_list"),
        (b'{"a": 1', "archive.cut_off"),
        (b'{"a": wrong and long enough to tell}', "archive.not_json"),
    ],
)
def test_a_file_without_the_list_is_skipped_as_a_whole(data: bytes, reason: str) -> None:
    assert read(data) == ([], [(0, reason)])


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        (b'{"id": "\xff\xfe"}', "archive.not_utf8"),
        (b'{"id": [1]}', "archive.expected_id"),
        (b"null", "archive.not_a_message"),
        (b"17", "archive.not_a_message"),
        (b'"text"', "archive.not_a_message"),
        (b'{"id": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "archive.too_deep"),
    ],
)
@pytest.mark.parametrize("between", [b",", b",\n  "])
def test_an_odd_object_is_named_and_its_neighbours_are_read(thing: bytes, reason: str, between: bytes) -> None:
    data = b'{"messages": [' + between[1:] + between.join([b'{"id": 1}', thing, b'{"id": 3}']) + b"]}"
    assert read(data, 4096) == ([1, 3], [(2, reason)])


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'"\\ud800"', "\ud800"),
        (b'"a\\udc00b"', "a\udc00b"),
        (b'"a\x00b"', "a\x00b"),
        (b'"a\\u0000b"', "a\x00b"),
        (b'1, "x": NaN', 1),
        (b'1, "x": ' + b"9" * 6000, 1),
        (b'1, "x": 1e999', 1),
    ],
)
@pytest.mark.parametrize("indent", [b"", b"\n    "])
def test_what_only_strict_readers_refuse_is_read(raw: bytes, value: object, indent: bytes) -> None:
    data = b'{"messages": [' + indent + b"{" + indent + b'"id": ' + raw + indent + b"}]}"
    assert read(data) == ([value], [])


def test_a_list_that_stops_being_indented_is_still_read_in_linear_time() -> None:
    data = b'{"messages": [\n  {\n    "id": 0\n  },' + b",".join(b'{"id": %d}' % n for n in range(1, 30_000)) + b"]}"
    assert read(data, 1 << 16) == (list(range(30_000)), [])


def test_an_object_over_the_limit_is_passed_over_without_being_held() -> None:
    huge = b'{"id": 2, "x": ["' + b'\\"}{' * (json_stream.LIMIT // 2) + b'"]}'
    ids, skipped = read(b'{"messages": [{"id": 1}, ' + huge + b', {"id": 3}]}', 1 << 16)
    assert (ids, skipped) == ([1, 3], [(2, "archive.too_long")])


def test_a_file_as_a_whole_has_no_position() -> None:
    (note,) = objects(document(b"?"), 8, Tally(), key="", decode=DECODE, head={})
    assert isinstance(note, Skipped)
    assert (note.unit, note.position, note.place.say()) == (Unit.FILE, 0, "list.json")


@given(st.binary(max_size=300), st.integers(1, 64))
def test_no_bytes_make_it_fail(data: bytes, chunk: int) -> None:
    read(data, chunk)
    read(b'{"messages": [' + data, chunk)
    read(b'{"messages": [\n  {\n    ' + data + b"\n  }\n]}", chunk)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.fixed_dictionaries({"id": st.text()}, optional={"x": JSON}), max_size=6), st.booleans(), st.data())
def test_every_list_comes_back_as_it_was(things: list[dict[str, Any]], ascii_only: bool, data: st.DataObject) -> None:
    indent = data.draw(st.sampled_from([None, 0, 2, 4]))
    written = json.dumps({"messages": things}, indent=indent, ensure_ascii=ascii_only)
    ids, skipped = read(written.encode("utf-8", "surrogatepass"), data.draw(st.integers(1, 100)))
    assert (ids, skipped) == ([thing["id"] for thing in things], [])
