"""What members write, how they are called, what their files hold and what opens doors stands nowhere in the open."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.app import App
from bot.app.discord import discord_platform
from bot.domain.judgement import Mode
from bot.settings import Place
from tests.app.house import Lines, settings_of
from tests.crash.wire.script import COMMUNITY, HELP, LEADS, RULES, SERVER
from tests.discord.bots import until
from tests.discord.faults import FaultKind
from tests.discord.harbour import MODERATING
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World
from tests.policy.folders import write
from tests.ports import free_port

#: each stands in one thing alone, so that what is found says where it came from
TEXT, NAME, FILE, BYTES, LINK = "canarytext", "canaryname", "canaryfile", "canarybytes", "canarylink"
STATEMENT, TOKEN, TITLE = "canarystatement", "canarytoken.of.tests", "canarynick"
CANARIES = (TEXT, NAME, FILE, BYTES, LINK, STATEMENT, TOKEN, TITLE)
PICTURE = b"\x89PNG\r\n\x1a\n" + BYTES.encode() * 40
MEMBER, OTHER = "7101", "7102"
#: whatever is kept in the open; sealed values are sealed, and ids have tables of their own
_READ = "SELECT name FROM sqlite_master WHERE type = 'table'"


@asynccontextmanager
async def _running(folder: Path, lines: Lines, server: LoopbackDiscord, port: int) -> AsyncIterator[App]:
    """Run the whole program on a server, with everything told that can be told."""
    write(folder, {"community.yaml": COMMUNITY, "guidelines/respect.yaml": RULES})
    settings = settings_of(
        folder, str(folder / "locum.sqlite"), metrics=Place(host="127.0.0.1", port=port),
        discord_token=SecretStr(TOKEN), discord_api=server.api, discord_gateway=server.gateway,
    )  # fmt: skip
    app = App(
        settings, lines.tell, platforms=[discord_platform(settings, lines.tell, prevents=False)], trusting=True,
        first=Mode.LIVE,
    )  # fmt: skip
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


def _server(world: World) -> None:
    guild = world.add_guild("Harbour", id=SERVER, permissions=int(MODERATING))
    for name, id_ in (("help", HELP), ("gaming", "4102"), ("leads", LEADS)):
        guild.add_channel(name, id=id_)
    guild.add_member(NAME, id=MEMBER)
    guild.add_member("a neighbour", id=OTHER)


async def _asked(port: int, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def _story(server: LoopbackDiscord) -> None:
    """Let somebody write what is found, be reported and appeal, while the server fails now and then."""
    hands, world = server.hands, server.world
    posted = [hands.say(MEMBER, HELP, f"blockhead {TEXT} https://{LINK}.example/x", files={f"{FILE}.png": PICTURE})]
    await until(lambda: posted[0] not in world.messages[HELP])
    server.faults.fail(FaultKind.ACTED, times=3)
    posted.append(hands.say(MEMBER, HELP, f"blockhead once more {TEXT}"))
    hands.nickname(SERVER, MEMBER, f"blockhead {TITLE}")
    await until(lambda: posted[1] not in world.messages[HELP])
    server.faults.fail(FaultKind.CUT, times=2)
    posted.append(hands.say(OTHER, HELP, f"quite innocent {TEXT}"))
    hands.edit(OTHER, HELP, posted[2], f"blockhead after all {TEXT}")
    await until(lambda: posted[2] not in world.messages[HELP])
    server.faults.mend()
    asked = hands.give(OTHER, HELP, "report", member=MEMBER, statement=f"look at this {STATEMENT}")
    await until(lambda: asked.answer is not None)
    await until(lambda: bool(world.messages.get(LEADS)))


def _kept(database: Path) -> Iterator[tuple[str, str]]:
    """Yield every row of every table as it stands in the file, by the table's name."""
    with closing(sqlite3.connect(database)) as connection:
        for (table,) in connection.execute(_READ).fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a table of ours
                yield table, " ".join(one.decode("latin-1") if isinstance(one, bytes) else str(one) for one in row)


async def test_no_canary_sings_in_logs_rows_entries_metrics_or_health(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    lines, port, world = Lines(), free_port(), World(token=TOKEN)
    _server(world)
    async with LoopbackDiscord(world) as server, _running(tmp_path, lines, server, port):
        await until(lambda: bool(server.connections.connected) and bool(world.guilds[SERVER].commands))
        await _story(server)
        health, metrics = await _asked(port, "/health"), await _asked(port, "/metrics")
    assert json.loads(health.partition("\r\n\r\n")[2])
    assert "locum_" in metrics
    said = {"log": lines.text, "health": health, "metrics": metrics, "standard": "".join(capfd.readouterr())}
    said["library"] = "\n".join(one.getMessage() for one in caplog.records if one.levelname != "DEBUG")
    rows = list(_kept(tmp_path / "locum.sqlite"))
    found = [
        (where, canary) for where, words in (*said.items(), *rows) for canary in CANARIES if canary in words.lower()
    ]
    assert not found
    tables = {table for table, _ in rows}
    assert {"ledger_entries", "actions", "sealed_values", "evidence", "reports", "decisions"} <= tables


async def test_a_canary_in_a_row_or_a_line_would_be_heard(tmp_path: Path) -> None:
    database = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE actions (details TEXT, sealed BLOB)")
        connection.execute("INSERT INTO actions VALUES (?, ?)", (f'{{"text": "{TEXT}"}}', PICTURE))
        connection.commit()
    ((table, row),) = _kept(database)
    assert table == "actions"
    assert [one for one in CANARIES if one in row] == [TEXT, BYTES]
