"""Where Slack calls us, what it signed lately alone is taken, each workspace by itself; nobody is waited for long."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from io import BytesIO

import aiohttp
import pytest
import pytest_asyncio

from adapters.slack.bolt import app_of
from adapters.slack.connected import WorkspaceConnected
from adapters.slack.connecting import connect
from adapters.slack.home import Home
from adapters.slack.http_mode import EventsAddressTakenError, Receiver
from adapters.slack.session import Session
from bot.app.clock import machine_clock
from bot.domain.command import Invocation, Reply
from bot.ports import ConnectionRevokedError
from bot.store.errors import UnavailableError
from tests.adapters.slack.ground import Installed, Unhurried, install, policies_of
from tests.adapters.slack.listening import Ear, feed_of
from tests.slack.http_delivery import signature
from tests.slack.server import LoopbackSlack
from tests.slack.uses import until
from tests.slack.world import World


@dataclass(kw_only=True)
class Heard:
    """One of several workspaces in one process."""

    place: Installed
    connected: WorkspaceConnected
    ear: Ear
    listening: "asyncio.Task[None]"

    def say(self, words: str, server: LoopbackSlack) -> None:
        server.hands.say(self.place.admin, self.place.room, words)


@dataclass(kw_only=True)
class Process:
    """What one process hears."""

    server: LoopbackSlack
    receiver: Receiver
    workspaces: list[Heard]

    def url(self, number: int = 0) -> str:
        return self.workspaces[number].place.app.request_url


async def _never(_: Invocation) -> Reply:
    raise AssertionError


@asynccontextmanager
async def _hearing(server: LoopbackSlack, receiver: Receiver, *, socket: bool = False) -> AsyncIterator[Heard]:
    place = install(server, socket=socket, domain=f"acme-{len(server.world.workspaces)}")
    policies = policies_of(place.workspace.id)
    home = Home(community="acme", workspace=place.workspace.id, policies=lambda: policies, tell=lambda _: None)
    session = Session(kept={place.workspace.id: place.access}, receiver=receiver)
    connected = await connect(session, home, machine_clock())
    connected.door.paces = Unhurried()
    ear = Ear(answer=_never)
    listening = asyncio.create_task(connected.listen(feed_of(ear)))
    await until(lambda: ear.resumed)
    if not socket:
        place.app.socket_mode = False
        place.app.request_url = f"{receiver.address}/slack/{place.workspace.id}"
    try:
        yield Heard(place=place, connected=connected, ear=ear, listening=listening)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError, ConnectionRevokedError):
            await listening
        await connected.close()


@pytest_asyncio.fixture
async def process() -> AsyncIterator[Process]:
    receiver = Receiver(host="127.0.0.1", port=0)
    async with LoopbackSlack(World()) as server, _hearing(server, receiver) as one, _hearing(server, receiver) as other:
        server.delivery.retries = (0.0, 0.1)
        async with _hearing(server, receiver, socket=True) as third:
            yield Process(server=server, receiver=receiver, workspaces=[one, other, third])


async def test_every_workspace_of_a_process_hears_what_is_its_own(process: Process) -> None:
    for number, one in enumerate(process.workspaces):
        one.say(f"word {number}", process.server)
    await until(lambda: all(one.ear.texts() for one in process.workspaces))
    assert [one.ear.texts() for one in process.workspaces] == [["word 0"], ["word 1"], ["word 2"]]
    assert not process.server.record.off


async def test_one_whose_token_is_taken_back_leaves_the_others_alone(process: Process) -> None:
    process.server.world.revoke(process.workspaces[0].place.access.bot)
    with pytest.raises(ConnectionRevokedError):
        await process.workspaces[0].listening
    for one in process.workspaces[1:]:
        one.say("still here", process.server)
    await until(lambda: all("still here" in one.ear.texts() for one in process.workspaces[1:]))


@pytest.mark.parametrize("wrong", ["forged", "old"])
async def test_what_slack_did_not_sign_lately_is_taken_by_nobody(process: Process, wrong: str) -> None:
    http = process.server.http
    http.forged, http.skew = wrong == "forged", -301.0 if wrong == "old" else 0.0
    process.workspaces[0].say("not from Slack", process.server)
    (fate,) = process.server.delivery.fate(text="not from Slack")
    await until(lambda: fate.lost)
    assert not process.workspaces[0].ear.texts()
    assert {one.status for one in http.requests if "not from Slack" in one.body} == {401}


async def test_what_was_signed_for_one_workspace_is_not_taken_for_another(process: Process) -> None:
    process.workspaces[0].place.app.request_url = process.url(1)
    process.workspaces[0].say("gone astray", process.server)
    (fate,) = process.server.delivery.fate(text="gone astray")
    await until(lambda: fate.lost)
    assert not process.workspaces[1].ear.texts()


@pytest.mark.parametrize("path", ["/slack/T0NOBODY", "/slack/", "/", "/slack/T0/more"])
async def test_nobody_else_is_heard_there(process: Process, path: str) -> None:
    async with aiohttp.ClientSession() as web, web.post(process.receiver.address + path, data=b"{}") as response:
        assert response.status in {404, 405}


async def test_a_workspace_with_a_socket_is_not_heard_there_as_well(process: Process) -> None:
    path = f"/slack/{process.workspaces[2].place.workspace.id}"
    async with aiohttp.ClientSession() as web, web.post(process.receiver.address + path, data=b"{}") as response:
        assert response.status == 404


async def test_slack_s_challenge_is_answered(process: Process) -> None:
    assert await process.server.http.verify(process.url(), process.workspaces[0].place.app.signing_secret)


async def test_an_event_that_comes_again_is_taken_again(process: Process) -> None:
    # that it is the same is found by whoever judges it: Slack never learned that it was taken
    process.server.delivery.double("message")
    process.workspaces[0].say("twice", process.server)
    await until(lambda: process.workspaces[0].ear.texts() == ["twice", "twice"])


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"7", b"{", b"\xff\xfe", b'{"type": 7}', b'{"event": "x"}',
                                  b'{"type": "event_callback", "event": {"type": ["message"]}}'])  # fmt: skip
async def test_rubbish_that_was_signed_leaves_the_next_message_alone(process: Process, body: bytes) -> None:
    at = str(int(time.time()))
    signed = signature(process.workspaces[0].place.app.signing_secret, at, body.decode("utf-8", "replace"))
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signed, "Content-Type": "application/json"}
    async with aiohttp.ClientSession() as web, web.post(process.url(), data=body, headers=headers) as response:
        assert response.status < 500 or response.status == 503
    process.workspaces[0].say("and then", process.server)
    await until(lambda: "and then" in process.workspaces[0].ear.texts())


async def test_what_is_too_large_is_not_read(process: Process) -> None:
    async with aiohttp.ClientSession() as web:
        async with web.post(process.url(), data=BytesIO(b"x" * 3_000_000)) as response:
            assert response.status == 413

        async def pieces() -> AsyncIterator[bytes]:
            yield b"x"

        async with web.post(process.url(), data=pieces()) as response:
            assert response.status == 413


async def test_whoever_sends_slowly_is_waited_for_no_longer_than_slack_would(process: Process) -> None:
    host, _, port = process.receiver.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    path = f"/slack/{process.workspaces[0].place.workspace.id}"
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n".encode() + b"{")
    async with asyncio.timeout(30):
        line = await reader.readline()
    writer.close()
    assert b"408" in line
    process.workspaces[0].say("meanwhile", process.server)
    await until(lambda: "meanwhile" in process.workspaces[0].ear.texts())


async def test_while_nothing_can_be_stored_slack_is_asked_to_say_it_again(process: Process) -> None:
    failing = True

    async def store() -> None:
        if failing:
            raise UnavailableError

    first = process.workspaces[1]
    first.ear.store = store
    first.say("held", process.server)
    await until(lambda: 503 in [one.status for one in process.server.http.requests])
    failing = False
    (fate,) = process.server.delivery.fate(text="held")
    await until(lambda: fate.acks)


async def test_an_address_that_is_taken_says_so(process: Process) -> None:
    port = int(process.receiver.address.rpartition(":")[2])
    other = Receiver(host="127.0.0.1", port=port)
    with pytest.raises(EventsAddressTakenError):
        await other.hear("T1", app_of(process.workspaces[0].place.access, process.workspaces[0].connected.take))
