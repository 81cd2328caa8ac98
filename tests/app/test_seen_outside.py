"""A running program notes what a platform tells of what was done past it, and takes roles that outlived a contract."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.app.app import App
from bot.domain.message import AccountRef, PlatformName
from bot.domain.outside import Deed, DeedKind
from bot.ledger import canonical
from bot.store.tables import ledger_entries
from tests.app.house import AUTHOR, Server, policies, running, until
from tests.fakes.world import World

STAFF = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="910")
ORGANISATIONS = """\
- id: internal
  kind: internal
  name: Acme
  shown_as: {en: the team}
  mandates: [{id: owning, role: owner}]
  people: [{id: ada, alias: Ada, role: owner, starts_as: trusted, accounts: {discord: "900"}}]
- id: nightwatch
  kind: partner
  name: Nightwatch
  shown_as: {en: Nightwatch}
  contract: {from: 2020-01-01, until: 2020-12-31, wind_down: 14d, seats: 4,
             data_agreement: {signed: 2019-12-12, reference: DPA-1}}
  mandates: [{id: night, role: moderator, channels: [help], may: [delete]}]
  people: [{id: robin, alias: Robin, role: moderator, starts_as: trusted, accounts: {discord: "910"}}]
"""


async def entries(app: App, kind: str) -> list[dict[str, Any]]:
    async with app.frame.store.reading() as tx:
        bodies = await tx.scalars(select(ledger_entries.c.body).order_by(ledger_entries.c.seq))
        read: list[Any] = [canonical.read(body) for body in bodies]
    return [entry for entry in read if entry["kind"] == kind]


async def test_what_a_platform_tells_is_recorded_and_told_from_there_after_a_restart(
    tmp_path: Path, database: str
) -> None:
    deed = Deed(id="77", kind=DeedKind.KICK, at=datetime.now(UTC) + timedelta(minutes=1), by=STAFF, member=AUTHOR)
    for started in range(2):
        server = Server(World())
        async with running(tmp_path, database, server=server) as app:
            await server.listening.wait()
            assert server.feed is not None
            since = await server.feed.noticed_until()
            assert since is not None
            assert (since == deed.at) is bool(started)
            await server.feed.noticed(deed)
            (entry,) = await entries(app, "done_outside")
            assert (entry["actor"], entry["details"]["deed"]) == ({"kind": "outside"}, "kick")


async def test_a_role_that_outlived_its_contract_is_taken(tmp_path: Path, database: str) -> None:
    server = Server(World())
    server.platform.world.join(STAFF)
    server.platform.world.hold(STAFF, "staff", "chess")
    policies(tmp_path, **{"organisations.yaml": ORGANISATIONS})
    async with running(tmp_path, database, server=server) as app:
        await server.listening.wait()
        jobs = app._built.jobs
        assert jobs is not None
        # the first look learns whose accounts these are, the next one acts
        for _ in range(2):
            await jobs.run("roles")
        await until(lambda: server.platform.world.roles[STAFF] == {"chess"})
        planned = [entry for entry in await entries(app, "planned") if "role" in str(entry["details"])]
        assert [entry["actor"]["who"] for entry in planned] == ["reconcile_roles"]
