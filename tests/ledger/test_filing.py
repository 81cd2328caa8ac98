"""Filing: each entry is found under one surrogate, its case or else what it is about, and never under anybody."""

from typing import Any

import pytest

from bot.ledger.entries import Entry
from bot.ledger.filing import filed_under

CASE, ACTION, DECISION, OTHER = ("c" * 32, "a" * 32, "d" * 32, "e" * 32)


def entry(**fields: Any) -> Entry:
    return Entry(seq=0, at=0, kind="decision", actor={"kind": "operator"}, **fields)


def test_what_belongs_to_a_case_is_found_under_it() -> None:
    assert filed_under(entry(case=CASE, action=ACTION, details={"decision": DECISION})) == CASE


def test_what_belongs_to_no_case_is_found_under_its_action() -> None:
    assert filed_under(entry(action=ACTION, details={"decision": DECISION})) == ACTION


@pytest.mark.parametrize("key", ["decision", "sanction", "approval", "appeal", "message"])
def test_what_belongs_to_neither_is_found_under_what_it_names(key: str) -> None:
    assert filed_under(entry(details={key: OTHER})) == OTHER


def test_nothing_is_found_under_an_account() -> None:
    assert filed_under(entry(details={"account": OTHER, "request": OTHER, "hold": OTHER})) is None


def test_what_is_no_surrogate_is_no_name() -> None:
    assert filed_under(entry(case="c1", details={"decision": "d1", "message": OTHER})) == OTHER


def test_a_commitment_is_no_name() -> None:
    assert filed_under(entry(details={"message": {"commitment": "0" * 64}})) is None
