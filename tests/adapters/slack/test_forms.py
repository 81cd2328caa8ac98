"""Forms as modals: within Slack's limits, and what was filled in comes back by the names of its fields."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.cards import options
from adapters.slack.forms import filled_in, kept_in, modal, value_of
from adapters.slack.questions import question
from bot.commands.naming import paths
from bot.domain.command import FieldKind, Form, FormField
from tests.slack.api.viewing import wrong

_WORDS = st.one_of(
    st.text(max_size=200), st.sampled_from(["", " ", "x" * 4_000, "<!channel>", "\ud800", "\u200b" * 99])
)
_FIELDS = st.lists(
    st.builds(
        FormField, name=st.sampled_from([f"field_{one}" for one in range(8)]), label=_WORDS,
        kind=st.sampled_from(FieldKind), required=st.booleans(), longest=st.integers(0, 5_000), value=_WORDS,
        options=st.lists(st.tuples(_WORDS, _WORDS), max_size=130).map(tuple),
    ), min_size=1, max_size=5, unique_by=lambda one: one.name,
).map(tuple)  # fmt: skip
_FORMS = st.builds(Form, action=st.text(min_size=1, max_size=80), title=_WORDS, fields=_FIELDS)


@settings(deadline=None, max_examples=60)
@given(_FORMS, st.sampled_from(["en", "de"]))
def test_whatever_a_form_asks_slack_takes_it(form: Form, language: str) -> None:
    view = modal(form, language, {"channel": "C1"})
    assert not wrong(view, "modal"), wrong(view, "modal")
    assert kept_in(view) == {"channel": "C1", "action": form.action}


def test_what_does_not_fit_into_a_modal_s_memory_loses_where_it_is_answered_and_not_what_it_is_about() -> None:
    form = Form(action="case.note:1:2", title="Note", fields=(FormField(name="note", label="Note"),))
    kept = kept_in(modal(form, "en", {"channel": "C1", "thread": "1.2", "respond": "https://x/" + "r" * 3_000}))
    assert kept == {"action": "case.note:1:2", "channel": "C1", "thread": "1.2"}
    kept = kept_in(modal(form, "en", {"channel": "C1" * 2_000, "thread": "1.2", "respond": "https://x/" + "r" * 3_000}))
    assert kept == {"action": "case.note:1:2", "thread": "1.2"}


@pytest.mark.parametrize("kept", ["", "{", "[]", "7", '"x"', "null", None, 7, "[" * 100_000])
def test_what_a_modal_kept_and_is_not_ours_is_nothing(kept: Any) -> None:
    assert kept_in({"private_metadata": kept}) == {}


@pytest.mark.parametrize(("element", "value"), [
    ({"type": "plain_text_input", "value": "words"}, "words"),
    ({"type": "plain_text_input", "value": None}, ""),
    ({"type": "static_select", "selected_option": {"value": "a"}}, "a"),
    ({"type": "static_select", "selected_option": None}, ""),
    ({"type": "users_select", "selected_user": "U1"}, "U1"),
    ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, ["U1", "U2"]),
    ({"type": "multi_users_select", "selected_users": []}, []),
    ({"type": "conversations_select", "selected_conversation": "C1"}, "C1"),
])  # fmt: skip
def test_what_an_element_holds_is_read(element: Mapping[str, Any], value: Any) -> None:
    assert value_of(element) == value
    expected = {"one": value} if value else {}
    assert filled_in({"state": {"values": {"one": {"value": element}}}}) == expected


@pytest.mark.parametrize(
    "state", [None, {}, {"values": None}, {"values": {"one": None}}, {"values": {"one": {"x": 7}}}]
)
def test_a_modal_that_holds_nothing_is_read_as_that(state: Any) -> None:
    assert filled_in({"state": state}) == {}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("row", paths().values(), ids=lambda row: row.name)
def test_every_command_can_be_asked_for_in_a_modal(row: Any, language: str) -> None:
    for given_ in ({}, {one.name: "something @odd\nthat is no id" * 9 for one in row.options},
                   {one.name: "U0KIM" for one in row.options}, {one.name: "" for one in row.options}):  # fmt: skip
        view = question(row, language, given_, {"channel": "C1", "respond": "https://x.example"})
        if row.options:
            assert not wrong(view, "modal"), wrong(view, "modal")
        for block in view["blocks"]:
            # Slack opens no modal in which somebody stands who can't be
            initial = [value for name, value in block["element"].items() if name.startswith("initial_")]
            if block["element"]["type"] in ("users_select", "conversations_select"):
                assert initial in ([], ["U0KIM"], ["C0HELP"])
        assert kept_in(view)["command"] == row.name
        assert len(json.dumps(view)) < 250_000


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(_WORDS, _WORDS), max_size=130))
def test_whatever_is_offered_slack_takes_it(known: list[tuple[str, str]]) -> None:
    found = options(known)
    assert len(found) <= 100
    assert len({one["value"] for one in found}) == len(found)
    for one in found:
        assert 0 < len(one["value"]) <= 150
        assert 0 < len(one["text"]["text"].strip()) <= 75
