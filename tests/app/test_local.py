"""The whole program on its own small chat: what is posted on the page is judged, acted upon, shown and recorded."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.ahead import AheadClock, AheadFileError, NotAheadError
from bot.app.app import App
from bot.app.local import LocalRun, PageTakenError
from bot.domain.judgement import Mode
from bot.settings import Place
from tests.adapters.local.chat.rooms import full_disk
from tests.app.house import Lines, settings_of, until
from tests.fakes.clock import FakeClock
from tests.policy.folders import write
from tests.stage.policies import FILES

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"|name="csrf" value="([^"]+)"')


class Page:
    """Somebody's browser on the page."""

    def __init__(self, local: LocalRun, who: str) -> None:
        assert local.address is not None
        host, port = local.address
        self.base = f"http://{host}:{port}/acme/as/{who}"
        self.client = httpx.AsyncClient(headers={"Origin": f"http://{host}:{port}"})

    async def get(self, path: str) -> httpx.Response:
        found = await self.client.get(f"{self.base}/{path}")
        assert found.status_code == 200, (path, found.status_code, found.text)
        return found

    async def post(self, path: str, **said: str) -> httpx.Response:
        token = _TOKEN.search((await self.get("help")).text)
        assert token is not None
        return await self.client.post(
            f"{self.base}/{path}", data={**said, "csrf": token[1] or token[2]}, headers={"HX-Request": "true"}
        )  # fmt: skip


@asynccontextmanager
async def rehearsing(folder: Path, **changes: Any) -> AsyncIterator[tuple[App, LocalRun]]:
    """Run a program on its own chat for as long as the block lasts."""
    if not (folder / "policies").exists():
        write(folder, dict(FILES))
    given: dict[str, Any] = {"local": Place(host="127.0.0.1", port=0), "local_life": False, "metrics": None, **changes}
    settings = settings_of(folder, str(folder / "locum.sqlite"), **given)
    lines = Lines()
    local = LocalRun(settings, lines.tell)
    app = App(settings, lines.tell, entrances=local.entrances, clock=local.clock, first=Mode.LIVE)
    await app.start()
    try:
        await local.open(app)
        yield app, local
    finally:
        await local.close()
        assert await app.stop()


def member_of(local: LocalRun) -> str:
    """Return somebody who doesn't moderate."""
    chat = local.communities["acme"].chat
    return next(one.id for one in chat.accounts() if not one.bot and not one.roles & {"staff", "moderators"})


def gone(local: LocalRun, post: str) -> bool:
    found = local.communities["acme"].chat.post(post)
    return found is not None and found.gone_at is not None


async def test_a_violation_posted_on_the_page_is_deleted_explained_and_recorded(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (_, local):
        community, page = local.communities["acme"], Page(local, member_of(local))
        said = await page.post("help/say", text="you blockhead")
        assert said.status_code == 204, said.text
        (post,) = [one for one in community.chat.posts("help") if one.author == member_of(local)]
        await until(lambda: gone(local, post.id))
        behind = await page.get(f"help/behind/{post.id}")
        assert all(part in behind.text for part in ("blockhead", "respect/slur", "Be respectful"))
        entries = await community.backstage.entries(-1, 100, "en")
        assert {"started", "decision", "action", "case_opened", "viewed"} <= {one.kind for one in entries}
        await page.client.aclose()


async def test_the_ledger_of_a_rehearsal_is_verified_beside_it(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (_, local):
        community = local.communities["acme"]
        post = community.chat.say(member_of(local), "help", "you blockhead")
        await until(lambda: gone(local, post.id))
        verified = await asyncio.gather(*(community.backstage.verify(language) for language in ("en", "de")))
        assert [(one.sound, one.findings) for one in verified] == [(True, ()), (True, ())]
        assert all(one.size > 3 and len(one.root) == 16 for one in verified)


async def test_rooms_and_people_are_as_the_policies_say(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (_, local):
        chat = local.communities["acme"].chat
        assert [room.id for room in chat.rooms()] == ["help", "gaming", "kneipe", "leads"]
        robin = chat.account("robin")
        assert robin is not None
        assert (robin.name, set(robin.roles)) == ("Robin", {"moderators"})
        leads = chat.room("leads")
        assert leads is not None
        assert [who for who in ("lee", "mo", "robin", "heron") if chat.sees(who, leads)] == ["lee", "mo"]


async def test_a_room_that_new_policies_name_is_there_once_they_apply(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (app, local):
        sets = app.frame.policies
        assert isinstance(sets, dict)
        place = replace(sets["acme"].places[0], name="harbour")
        # as a swap of policies does it
        sets["acme"] = replace(sets["acme"], places=(*sets["acme"].places, place))
        await until(lambda: local.communities["acme"].chat.room("harbour") is not None)


async def test_escalations_go_on_when_the_time_is_sent_ahead(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (_, local):
        community = local.communities["acme"]
        post = community.chat.say(member_of(local), "help", "I am an outlaw")
        ref = community.message_ref("help", post.id)

        async def told() -> str:
            chain = await community.backstage.chain(ref, "en")
            fields = [field for link in chain.links if link.kind == "escalation" for field in link.fields]
            return " ".join(one.value for one in fields if one.label == "Next step")

        async def becomes(condition: Callable[[str], bool]) -> str:
            async with asyncio.timeout(120):
                while not condition(now := await told()):  # noqa: ASYNC110 - what is waited for has no event of its own
                    await asyncio.sleep(0.05)
                return now

        first = await becomes(lambda step: step != "")
        community.backstage.skip(timedelta(minutes=30))
        assert await becomes(lambda step: step not in ("", first))


async def test_the_time_that_was_skipped_outlives_a_restart(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (_, local):
        local.communities["acme"].backstage.skip(timedelta(hours=5))
        before = local.clock.now()
    async with rehearsing(tmp_path) as (_, local):
        assert local.clock.now() >= before
        assert local.clock.ahead == timedelta(hours=5)


async def test_what_was_posted_outlives_a_restart_and_is_judged_once(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (_, local):
        post = local.communities["acme"].chat.say(member_of(local), "help", "you blockhead")
        await until(lambda: gone(local, post.id))
    async with rehearsing(tmp_path) as (_, local):
        community = local.communities["acme"]
        again = community.chat.say(member_of(local), "help", "you blockhead again")
        await until(lambda: gone(local, again.id))
        entries = await community.backstage.entries(-1, 500, "en")
        assert len([one for one in entries if one.kind == "decision"]) == 2


async def test_a_message_that_is_looked_at_twice_is_one_look(tmp_path: Path) -> None:
    async with rehearsing(tmp_path) as (_, local):
        community = local.communities["acme"]
        post = community.chat.say(member_of(local), "help", "you blockhead")
        await until(lambda: gone(local, post.id))
        ref = community.message_ref("help", post.id)
        for _ in range(2):
            assert (await community.backstage.chain(ref, "en")).text == "you blockhead"
        entries = await community.backstage.entries(-1, 500, "en")
        assert [one.title for one in entries if one.kind == "viewed"] == ["Looked at a message and what is behind it"]


async def test_an_address_that_is_taken_is_named_and_everything_ends(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PageTakenError):
            async with rehearsing(tmp_path, local=Place(host="127.0.0.1", port=port)):
                pass


@given(st.lists(st.timedeltas(min_value=-timedelta(days=4_000), max_value=timedelta(days=4_000)), max_size=8))
def test_the_time_only_ever_jumps_ahead_and_stays_there(jumps: list[timedelta]) -> None:
    with TemporaryDirectory() as folder:
        file, steady = Path(folder) / "chat-time", FakeClock(datetime(2026, 6, 17, 10, tzinfo=UTC))
        clock = AheadClock(steady, file)
        for jump in jumps:
            before = clock.now()
            clock.skip(jump)
            assert clock.now() >= before
            assert AheadClock(steady, file).now() == clock.now()


def test_what_cannot_be_written_down_is_no_jump(tmp_path: Path) -> None:
    clock = AheadClock(FakeClock(datetime(2026, 6, 17, 10, tzinfo=UTC)), tmp_path / "chat-time")
    with full_disk(), pytest.raises(NotAheadError):
        clock.skip(timedelta(hours=1))
    assert clock.ahead == timedelta()
    clock.skip(timedelta(hours=1))
    assert clock.ahead == timedelta(hours=1)


@pytest.mark.parametrize("said", ["yesterday", "-5", "nan", "inf", "1e300", ""])
def test_what_is_no_time_to_be_ahead_is_refused(tmp_path: Path, said: str) -> None:
    file = tmp_path / "chat-time"
    file.write_text(said)
    with pytest.raises(AheadFileError):
        AheadClock(FakeClock(datetime(2026, 6, 17, 10, tzinfo=UTC)), file)


async def test_a_file_that_holds_no_time_is_refused_rather_than_run_back(tmp_path: Path) -> None:
    (tmp_path / "chat-time").write_text("yesterday")
    with pytest.raises(AheadFileError):
        async with rehearsing(tmp_path):
            pass
