"""Calls against Slack's own description of its methods."""

import warnings
from pathlib import Path

import pytest

from tests.slack import description
from tests.slack.api.methods import METHODS
from tests.slack.clients import described_only
from tests.slack.description import described, described_in
from tests.slack.limits import TIERS


@described_only
@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_that_is_built_is_described(method: str) -> None:
    assert described(method).takes is not None
    assert described(method).tier in TIERS


@described_only
def test_arguments_are_held_against_their_names_and_kinds() -> None:
    method = described("chat.delete")
    assert method.off({"channel": "C1", "ts": "1.000001", "as_user": "true", "token": "x"}) == []
    assert method.off({"channel": "C1", "reason": "x"}) == ["chat.delete: reason is no argument"]
    assert method.off({"as_user": "perhaps"}) == ["chat.delete: as_user is no boolean"]
    assert described("conversations.history").off({"limit": "many"}) == ["conversations.history: limit is no number"]
    assert method.missing({"channel": "C1", "ts": ""}) == ["ts"]


@described_only
def test_scopes_and_kinds_of_tokens_are_read_from_it() -> None:
    method = described("conversations.kick")
    assert method.lacks("bot", {"channels:manage"}) == ""
    assert "channels:manage" in method.lacks("bot", {"channels:read"})
    assert "channels:manage" not in method.lacks("user", {"channels:manage"})
    assert described("search.messages").kinds() == {"user"}
    assert described("apps.connections.open").kinds() == {"app"}


def test_where_there_is_none_nothing_is_held_against_it_and_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOCUM_TEST_SPECS", str(tmp_path))
    description._tiers.cache_clear()
    described.cache_clear()
    try:
        assert described_in() == tmp_path / "slack"
        with pytest.warns(UserWarning, match="no description of Slack"):
            method = described("chat.delete")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            described("chat.update")
        assert (method.off({"reason": "x"}), method.missing({}), method.lacks("bot", set())) == ([], [], "")
    finally:
        monkeypatch.undo()
        description._tiers.cache_clear()
        described.cache_clear()
