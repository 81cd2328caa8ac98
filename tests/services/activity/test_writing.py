"""Reports of activity as files: nothing in them is computed by a spreadsheet."""

import csv
import io
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.services.activity.rows import Activity, Deed, Key, Row
from bot.services.activity.writing import FIELDS, as_csv, as_json, safe

SINCE, UNTIL = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def report(*names: str) -> Activity:
    rows = [
        Row(key=Key(by="person", organisation="nightwatch", who=name, deed=Deed.SHIFT), called=name, count=place)
        for place, name in enumerate(names, 1)
    ]
    return Activity(community="acme", since=SINCE, until=UNTIL, organisation="", rows=rows)


@given(st.text(max_size=20) | st.text(alphabet="=+-@\t\0\r\n'\" a1", max_size=8))
def test_no_cell_begins_a_formula_and_every_cell_comes_back_whole(name: str) -> None:
    (head, line) = csv.reader(io.StringIO(as_csv(report(name)), newline=""))
    assert tuple(head) == FIELDS
    said = dict(zip(head, line, strict=True))["person"]
    assert not said.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert said.removeprefix("'" if said.startswith("'") and not name.startswith("'") else "") == name.replace(
        "\0", "\N{REPLACEMENT CHARACTER}"
    )


def test_every_cell_is_quoted() -> None:
    assert all(cell.startswith('"') for line in as_csv(report("Robin")).splitlines() for cell in line.split(","))


def test_what_begins_with_a_sign_of_a_formula_stands_behind_an_apostrophe() -> None:
    assert [safe(cell) for cell in ("=1+1", "+1", "-1", "@x", "\tx", "\0x", "x=1")] == [
        "'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\N{REPLACEMENT CHARACTER}x", "x=1"
    ]  # fmt: skip


def test_json_holds_the_same_lines() -> None:
    said = json.loads(as_json(report("Robin", "Merle")))
    assert (said["community"], said["since"]) == ("acme", "2026-06-01T00:00:00+00:00")
    assert [(row["person"], row["deed"], row["count"]) for row in said["rows"]] == [
        ("Robin", "shift", 1), ("Merle", "shift", 2)
    ]  # fmt: skip
