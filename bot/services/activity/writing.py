"""Writes a report of activity as CSV that no spreadsheet computes, and as JSON."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from bot.services.activity.rows import Activity, Row

#: what a line holds, in this order
FIELDS = (
    "by", "organisation", "contract", "mandate", "person", "deed", "what", "guideline", "verdict", "result", "count",
)  # fmt: skip
#: what makes a spreadsheet compute a cell
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def safe(cell: str) -> str:
    """Return a cell as a spreadsheet shows it and never computes it."""
    # a zero octet would end the cell in some readers
    shown = cell.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return f"'{shown}" if cell.startswith(_FORMULA) else shown


def as_csv(found: Activity) -> str:
    """Return the report as CSV: every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for row in found.rows:
        writer.writerow([safe(str(cell)) for cell in cells(row)])
    return out.getvalue()


def as_json(found: Activity) -> str:
    """Return the report as JSON."""
    said: dict[str, Any] = {
        "community": found.community,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "organisation": found.organisation or None,
        "rows": [dict(zip(FIELDS, cells(row), strict=True)) for row in found.rows],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def cells(row: Row) -> Sequence[str | int]:
    """Return a line's cells."""
    key = row.key
    return (
        key.by, key.organisation, key.contract, key.mandate, row.called, key.deed.value, key.what, key.guideline,
        key.verdict, key.result, row.count,
    )  # fmt: skip
