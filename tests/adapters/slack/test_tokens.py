"""Slack's tokens in a file: sealed, bound to whose they are, moved under newer keys, and written as a whole."""

import json
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.access import Access
from adapters.slack.tokens import (
    TokensBrokenError,
    TokensSealedError,
    TokensUnwritableError,
    bound,
    forget,
    keep,
    kept,
    kept_for,
    seal_anew,
    sealed_under,
)
from bot.ports import Secret


def a_key(name: str) -> Secret:
    return Secret(id=name, value=secrets.token_bytes(32))


OLD, NEW, STRANGE = a_key("old"), a_key("new"), a_key("strange")


def access(workspace: str = "T0A", **more: str) -> Access:
    given = {"bot": "xoxb-1", "app": "xapp-1", "signing": "s", "admin": "xoxp-1", "admin_user": "U1"}
    return Access(workspace=workspace, **(given | more))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept/tokens.json"


def test_what_is_kept_comes_back_as_it_was_with_the_address_of_now(path: Path) -> None:
    keep(path, [OLD], access())
    keep(path, [OLD], access("T0B", admin="", admin_user=""))
    assert kept(path, [OLD], api="http://x") == {
        "T0A": access(api="http://x"), "T0B": access("T0B", admin="", admin_user="", api="http://x"),
    }  # fmt: skip


def test_nothing_of_a_token_stands_in_the_file_or_in_what_is_printed_of_it(path: Path) -> None:
    keep(path, [OLD], access(bot="xoxb-hush", admin="xoxp-hush"))
    assert "hush" not in path.read_text("utf-8") + repr(access(bot="xoxb-hush"))
    assert path.stat().st_mode & 0o077 == 0


def test_without_a_file_nothing_is_kept_and_nothing_is_made(path: Path) -> None:
    assert (kept(path, [OLD]), seal_anew(path, [NEW, OLD]), sealed_under(path)) == ({}, 0, {})
    assert not forget(path, "T0A")
    assert not path.parent.exists()


def test_under_a_key_that_isn_t_at_hand_nothing_opens_and_others_still_do(path: Path) -> None:
    keep(path, [STRANGE], access())
    keep(path, [OLD], access("T0B"))
    with pytest.raises(TokensSealedError):
        kept(path, [OLD])
    with pytest.raises(TokensSealedError):
        kept_for(path, [OLD], "T0A")
    assert kept_for(path, [OLD], "T0B") == access("T0B")
    assert kept_for(path, [OLD], "T0C") is None


@pytest.mark.parametrize("change", [
    {"admin_user": "U2"}, {"bot": "AAAA"}, {"admin": "!"}, {"bot": ""}, {"bot": 7}, {"bot": None},
])  # fmt: skip
def test_whoever_changes_what_is_sealed_or_whose_it_is_has_spoilt_it(path: Path, change: Mapping[str, Any]) -> None:
    keep(path, [OLD], access())
    said = json.loads(path.read_text("utf-8"))
    said["workspaces"]["T0A"] |= change
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(TokensBrokenError):
        kept(path, [OLD])


def test_one_token_put_in_the_place_of_another_doesn_t_open(path: Path) -> None:
    keep(path, [OLD], access())
    said = json.loads(path.read_text("utf-8"))
    said["workspaces"]["T0A"]["bot"] = said["workspaces"]["T0A"]["app"]
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(TokensBrokenError):
        kept(path, [OLD])


def test_a_workspace_s_tokens_put_in_another_s_place_don_t_open(path: Path) -> None:
    keep(path, [OLD], access())
    said = json.loads(path.read_text("utf-8"))
    said["workspaces"] = {"T0B": said["workspaces"]["T0A"]}
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(TokensBrokenError):
        kept(path, [OLD])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "locum-slack-tokens/1", "workspaces": [1]}', "\x00"])
def test_rubbish_in_the_file_is_said_to_be_so(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    for work in (lambda: kept(path, [OLD]), lambda: keep(path, [OLD], access()), lambda: bound(path)):
        with pytest.raises(TokensBrokenError):
            work()


def test_to_whom_the_admin_s_token_is_bound_is_told_without_a_key(path: Path) -> None:
    keep(path, [STRANGE], access())
    assert bound(path) == {"T0A": "U1"}


def test_everything_moves_under_the_newest_key_and_what_another_installation_sealed_stays(path: Path) -> None:
    keep(path, [OLD], access())
    keep(path, [STRANGE], access("T0B"))
    assert seal_anew(path, [NEW, OLD]) == 1
    assert sealed_under(path) == {"new": 1, "strange": 1}
    assert kept_for(path, [NEW], "T0A") == access()
    before = path.read_bytes()
    assert seal_anew(path, [NEW, OLD]) == 0
    assert path.read_bytes() == before


def test_with_the_last_workspace_the_file_goes(path: Path) -> None:
    keep(path, [OLD], access())
    keep(path, [OLD], access("T0B"))
    assert forget(path, "T0A")
    assert not forget(path, "T0A")
    assert kept(path, [OLD]).keys() == {"T0B"}
    assert forget(path, "T0B")
    assert not path.exists()


def test_of_several_who_keep_at_once_nobody_s_is_lost(path: Path) -> None:
    names = [f"T{number}" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: keep(path, [OLD], access(name)), names))
    assert kept(path, [OLD]).keys() == set(names)
    assert {one.name for one in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}


def test_where_nothing_can_be_written_that_is_said(path: Path) -> None:
    path.parent.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(TokensUnwritableError):
        keep(path, [OLD], access())
