"""The server in a process of its own: reached over the wire, told what to do as JSON."""

import asyncio
import sys
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clients import calling
from tests.slack.elsewhere import ROOT, running

HARBOUR = [
    {"on": "world", "do": "add_workspace", "with": ["harbour"], "named": {"id": "T1"}},
    {"on": "workspace:T1", "do": "add_user", "with": ["kim"], "named": {"id": "U1"}},
    {"on": "workspace:T1", "do": "add_channel", "with": ["help"], "named": {"id": "C1", "members": ["U1"]}},
    {"on": "world", "do": "add_app", "with": ["Tide"],
     "named": {"id": "A1", "bot_events": {"set": ["message.channels"]}}},
    {"on": "world", "do": "install", "with": [{"app": "A1"}, "T1"],
     "named": {"scopes": ["chat:write", "channels:join"], "user_id": "U2"}},
    {"on": "workspace:T1", "do": "join", "with": ["C1", "U2"]},
]  # fmt: skip


async def test_a_server_elsewhere_begins_as_told_and_does_what_it_is_asked(tmp_path: Path) -> None:
    async with running(tmp_path, HARBOUR) as there:
        ts = await there.ask("hands", "say", "U1", "C1", "Hello", files={"a.txt": {"bytes": "eA=="}})
        seen = await there.ask("hands", "sees", "U1", "C1")
        assert [(one["ts"], one["text"], len(one["files"])) for one in seen if one["user"] == "U1"] == [
            (ts, "Hello", 1)
        ]
        await there.set("limits", "on", False)
        assert await there.ask("limits", "on") is False
        effects = await there.ask("record", "effects")
        assert [one["kind"] for one in effects][-1] == "message_posted"


async def test_a_server_elsewhere_says_what_was_refused(tmp_path: Path) -> None:
    async with running(tmp_path, HARBOUR) as there:
        with pytest.raises(KeyError):
            await there.ask("hands", "delete", "U1", "C1", "1.000001")
        with pytest.raises(KeyError):
            await there.ask("hands", "give", "U1", "C1", "/nothing")


async def test_a_server_elsewhere_without_a_beginning_has_a_workspace_and_says_its_tokens() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.slack", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address, bot, app, admin = [(await process.stdout.readline()).decode().strip() for _ in range(4)]
    try:
        client = AsyncWebClient(token=bot, base_url=f"{address}/api/")
        assert (await client.auth_test())["team"] == "harbour"
        assert (app[:5], admin[:5]) == ("xapp-", "xoxp-")
    finally:
        process.terminate()
    assert await process.wait() == 0


async def test_the_library_calls_a_server_elsewhere_and_its_faults_are_told_over_the_wire(tmp_path: Path) -> None:
    async with running(tmp_path, HARBOUR) as there, calling(there, "xoxb-T1-A1") as bot:
        await there.ask("faults", "fail", "error", "chat.postMessage", error="fatal_error")
        with pytest.raises(Exception, match="fatal_error"):
            await bot.chat_postMessage(channel="C1", text="x")
        await bot.chat_postMessage(channel="C1", text="x")
        calls = await there.ask("record", "calls")
        assert [(one["method"], one["error"]) for one in calls] == [
            ("chat.postMessage", "fatal_error"), ("chat.postMessage", ""),
        ]  # fmt: skip
