"""What somebody did in Slack is read as what they want, whatever shape it has; what isn't ours is nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.cards import REVEAL
from adapters.slack.interactions import Asked, Kind, asked
from adapters.slack.menus import ANYWHERE, from_anywhere, message_menu_name, on_messages
from bot.commands.command import Command
from bot.commands.table import COMMANDS
from bot.domain.card import Button
from bot.domain.command import OptionKind
from bot.i18n import LANGUAGES

_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "ts", "value", "type", "x"]), inner)
    ),
    max_leaves=8,
)
_NAMES = [
    "type", "command", "text", "user_id", "channel_id", "trigger_id", "response_url", "callback_id", "message", "user",
    "channel", "actions", "view", "container", "block_id", "value",
]  # fmt: skip
_KINDS = ["message_action", "shortcut", "block_actions", "view_submission", "block_suggestion", "view_closed"]


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(_NAMES), _JSON), st.sampled_from([*_KINDS, None]))
def test_rubbish_is_read_as_something_or_nothing(body: dict[str, Any], kind: str | None) -> None:
    if kind is not None:
        body["type"] = kind
        body.pop("command", None)
    found = asked(body)
    assert found is None or isinstance(found, Asked)


def press(action: dict[str, Any], **more: Any) -> Asked:
    """Return what a press says."""
    body = {
        "type": "block_actions", "user": {"id": "U0KIM"}, "trigger_id": "1.2", "actions": [action],
        "channel": {"id": "C0HELP"}, "response_url": "https://x.example",
    } | more  # fmt: skip
    found = asked(body)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "row", [one for one in COMMANDS if not one.typed or one.group == "case"], ids=lambda one: one.name
)
def test_what_a_button_says_is_what_was_meant(row: Command) -> None:
    action = Button(action=f"{row.name}:{'a' * 32}:7", label="x").action
    found = press({"type": "button", "action_id": action})
    assert (found.command, found.row, found.given) == (row.name, row, {"subject": "a" * 32, "version": "7"})


def test_what_is_covered_is_no_command() -> None:
    found = press({"type": "button", "action_id": f"{REVEAL}3", "value": "case.claim:1:1"})
    assert (found.kind, found.row, found.text, found.given) == (Kind.REVEAL, None, "case.claim:1:1", {})


def test_what_a_modal_kept_says_where_it_is_answered() -> None:
    kept = '{"channel":"C0HELP","thread":"1774778400.000100","respond":"https://kept.example"}'
    view = {"type": "modal", "private_metadata": kept}
    found = press({"type": "button", "action_id": "case.claim:1:1"}, view=view, channel=None, response_url=None)
    assert (found.channel, found.thread, found.respond, found.in_modal) == (
        "C0HELP", "1774778400.000100", "https://kept.example", True,
    )  # fmt: skip


@pytest.mark.parametrize("thread", ["message", "container"])
def test_a_press_in_a_thread_is_one_in_the_thread(thread: str) -> None:
    found = press({"type": "button", "action_id": "x"}, **{thread: {"ts": "2.0", "thread_ts": "1.0"}})
    assert found.thread == "1.0"
    # what a thread begins with stands in the channel
    assert press({"type": "button", "action_id": "x"}, message={"ts": "1.0", "thread_ts": "1.0"}).thread == ""


def test_nothing_is_done_in_a_direct_message_s_name() -> None:
    assert press({"type": "button", "action_id": "x"}, channel={"id": "D0KIM"}).channel == ""


def test_a_form_hands_over_the_fields_of_its_command_and_nothing_else() -> None:
    values = {
        "statement": {"value": {"type": "plain_text_input", "value": "words"}},
        "subject": {"value": {"type": "plain_text_input", "value": "another's"}},
        "unheard_of": {"value": {"type": "plain_text_input", "value": "x"}},
    }
    view = {"type": "modal", "callback_id": "form", "private_metadata": '{"action":"everyone.appeal:K7Q2:3"}',
            "state": {"values": values}}  # fmt: skip
    found = asked({"type": "view_submission", "user": {"id": "U0KIM"}, "trigger_id": "1.2", "view": view})
    assert found is not None
    assert found.command == "everyone.appeal"
    assert found.given == {"subject": "K7Q2", "version": "3", "statement": "words"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_menus_offer_what_they_may_and_no_two_entries_read_alike(language: str) -> None:
    offered = on_messages()
    assert {row.name for row, _ in offered.values()} == {
        row.name for row in COMMANDS if row.menu in (OptionKind.MESSAGE, OptionKind.MEMBER)
    }  # fmt: skip
    names = [message_menu_name(row, language) for row, _ in offered.values()]
    assert len(set(names)) == len(names)
    assert len(offered) + len(from_anywhere()) <= 10
    assert len(from_anywhere()) == len(ANYWHERE)
