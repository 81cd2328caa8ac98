"""Forms as modals, and modals as they come back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.forms import filled_in, modal
from adapters.discord.interactions import asked, server_of
from bot.domain.command import FieldKind, Form, FormField
from tests.adapters.discord.described import check_form

_NAMES = st.sampled_from(["guideline", "for", "why", "statement", "code", "message", "member"])
_FIELDS = st.builds(
    FormField, name=_NAMES, label=st.text(max_size=90), kind=st.sampled_from(FieldKind), required=st.booleans(),
    longest=st.integers(0, 9_000), value=st.text(max_size=300),
    options=st.lists(st.tuples(st.text(max_size=110), st.text(max_size=200)), max_size=40).map(tuple),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_FIELDS, min_size=1, max_size=5, unique_by=lambda one: one.name), st.text(max_size=90))
def test_whatever_a_form_asks_discord_takes_it(fields: list[FormField], title: str) -> None:
    check_form(modal(Form(action="mod.form:" + "a" * 32, title=title, fields=tuple(fields)), server="1" * 20))


def test_a_form_in_a_direct_message_says_which_server_it_is_about() -> None:
    body = modal(Form(action="everyone.appeal:K7Q2", title="Appeal", fields=()), server="77")
    sent = {"type": 5, "data": {"custom_id": body["custom_id"], "components": []}}
    assert server_of(sent) == "77"
    wanted = asked(sent)
    assert wanted is not None
    assert wanted.given == {"subject": "K7Q2"}


#: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-modal-submit-data
_LABELLED = [
    {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "why", "value": "because"}},
    {"type": 18, "id": 3, "component": {"type": 3, "id": 4, "custom_id": "guideline", "values": ["respect"]}},
    {"type": 18, "id": 5, "component": {"type": 4, "id": 6, "custom_id": "for", "value": ""}},
    {"type": 10, "id": 7},
]
_IN_ROWS = [{"type": 1, "components": [{"type": 4, "custom_id": "why", "value": "because"}]}]


@pytest.mark.parametrize(("components", "found"), [
    (_LABELLED, {"why": "because", "guideline": "respect"}), (_IN_ROWS, {"why": "because"}), ([], {}), (None, {}),
])  # fmt: skip
def test_what_was_filled_in_is_found_by_the_names_of_the_fields(components: Any, found: dict[str, str]) -> None:
    assert filled_in(components) == found
