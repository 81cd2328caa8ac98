"""Policies of a running program: what is active in the database holds, whatever stands in the folder."""

import asyncio
from pathlib import Path

import pytest

from bot.app.app import App
from bot.app.saving import Saved, settled_folder
from bot.domain.card import Card
from bot.domain.command import Invocation, Reply
from bot.domain.judgement import Mode
from bot.domain.message import AccountRef, PlatformName
from bot.services.policies.keeping import VersionGoneError
from bot.store.engine import open_store
from bot.store.policies import active_mode, active_policy
from bot.store.policy_proposals import Proposal, newest_proposal
from bot.store.tripped import trip
from tests.app.house import COMMUNITY, CONNECTION, Lines, Server, policies, running, settings_of, until
from tests.fakes.clock import START
from tests.fakes.world import World

TEAM = """\
- id: internal
  kind: internal
  name: Acme association
  shown_as: {en: the acme team}
  mandates: [{id: leading, role: lead, channels: [help]}]
  people: [{id: lee, alias: Lee, role: lead, starts_as: trusted, accounts: {discord: "901"}}]
"""
LEADS = COMMUNITY.replace("channels:\n", 'channels:\n  leads: {discord: "4109"}\n')
RULES = "acme/guidelines/respect.yaml"
NUMBERS = iter(range(10**6))


def prepared(folder: Path) -> Path:
    return policies(folder, **{"community.yaml": LEADS, "organisations.yaml": TEAM})


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "policies" / RULES
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))


async def give(app: App, command: str, **options: str) -> Reply:
    return await app.give(
        Invocation(
            community="acme",
            id=f"i{next(NUMBERS)}",
            account=AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="901"),
            command=command,
            options=options,
            connection=CONNECTION,
        )
    )


def text_of(card: Card) -> str:
    return "\n".join(f"{field.label}: {field.value}" for field in card.fields)


async def newest(app: App) -> Proposal:
    async with app.frame.store.reading() as tx:
        found = await newest_proposal(tx, "acme")
    assert found is not None
    return found


async def until_proposed(app: App, lines: Lines, count: int = 1) -> None:
    await until(lambda: sum(line["event"] == "policies_proposed" for line in lines.events) >= count)


async def test_a_new_community_starts_in_shadow_whatever_its_files_say(tmp_path: Path, database: str) -> None:
    prepared(tmp_path)
    server = Server(World())
    async with running(tmp_path, database, server=server, trusting=False) as app:
        await until(server.listening.is_set)
        server.say("you blockhead", 1)
        intake = app.communities[0].intake
        assert intake is not None
        await until(lambda: intake.health().judged == 1)
        await asyncio.sleep(0.3)
        assert server.standing == 1
        async with app.frame.store.reading() as tx:
            assert await active_mode(tx, "acme") == "shadow"
        assert (await give(app, "lead.policy", what="live")).done
        await until(lambda: any(line["event"] == "policies_swapped" for line in lines_of(app)))
        server.say("another blockhead", 2)
        await until(lambda: server.standing == 1 and intake.health().judged == 2)


async def test_where_nobody_real_is_moderated_a_new_community_begins_live_and_stays_as_a_lead_left_it(
    tmp_path: Path, database: str
) -> None:
    prepared(tmp_path)
    async with running(tmp_path, database, trusting=False, first=Mode.LIVE) as app:
        assert app.frame.policies["acme"].rules[0].mode is Mode.LIVE
        assert (await give(app, "lead.policy", what="shadow")).done
    async with running(tmp_path, database, trusting=False, first=Mode.LIVE) as app:
        assert app.frame.policies["acme"].rules[0].mode is Mode.SHADOW


def lines_of(app: App) -> list[dict[str, object]]:
    """Return nothing but whether the live rule holds: the log isn't at hand here."""
    live = any(rule.mode.value == "live" for rule in app.frame.policies["acme"].rules)
    return [{"event": "policies_swapped"}] if live else []


async def test_a_save_is_proposed_weighed_and_applied_while_the_program_runs(tmp_path: Path, database: str) -> None:
    prepared(tmp_path)
    lines, server = Lines(), Server(World())
    async with running(tmp_path, database, server=server, trusting=False, lines=lines) as app:
        await until(server.listening.is_set)
        before = app.frame.policies["acme"].version
        server.say("what a nitwit", 1)
        change(tmp_path, "blockhead", "nitwit")
        await until_proposed(app, lines)
        assert app.frame.policies["acme"].version == before
        cards = server.platform.world.cards
        await until(lambda: any(one.card is not None and one.card.buttons for one in cards.values()))
        shown = "Effect on the last 24 hours: 1 messages"
        await until(lambda: any(shown in text_of(one.card) for one in cards.values() if one.card is not None))
        assert (await give(app, "lead.policy", what="apply")).done
        proposal = await newest(app)
        await until(lambda: app.frame.policies["acme"].version == proposal.version)


async def test_a_restart_keeps_what_was_applied_though_the_folder_differs(tmp_path: Path, database: str) -> None:
    prepared(tmp_path)
    async with running(tmp_path, database, trusting=False) as app:
        first = app.frame.policies["acme"].version
    change(tmp_path, "blockhead", "nitwit")
    lines = Lines()
    async with running(tmp_path, database, trusting=False, lines=lines) as app:
        assert app.frame.policies["acme"].version == first
        await until_proposed(app, lines)
        await give(app, "lead.policy", what="apply")
        second = (await newest(app)).version
    (tmp_path / "policies" / RULES).write_text("guideline: respect\nnonsense: true\n")
    lines = Lines()
    async with running(tmp_path, database, trusting=False, lines=lines) as app:
        assert app.frame.policies["acme"].version == second != first
        await until(lambda: any(line["event"] == "policies_broken" for line in lines.events))
    told = {line["place"] for line in lines.events if line["event"] == "policies_broken"}
    assert "policies/acme/guidelines/respect.yaml:2:1" in told


async def test_a_rule_that_tripped_judges_in_shadow_from_then_on(tmp_path: Path, database: str) -> None:
    prepared(tmp_path)
    server = Server(World())
    async with running(tmp_path, database, server=server) as app:
        await until(server.listening.is_set)
        async with app.frame.store.writing() as tx:
            await trip(tx, "acme", "respect/slur", app.frame.policies["acme"].version, START)
        await until(lambda: app.frame.policies["acme"].rules[0].mode.value == "shadow")
        server.say("you blockhead", 1)
        intake = app.communities[0].intake
        assert intake is not None
        await until(lambda: intake.health().judged == 1)
        await asyncio.sleep(0.3)
        assert server.standing == 1


async def test_another_process_goes_by_what_was_applied_too(tmp_path: Path, postgresql_database: str) -> None:
    prepared(tmp_path)
    settings = settings_of(tmp_path, postgresql_database)
    one, other = (App(settings, Lines().tell) for _ in range(2))
    await one.start()
    await other.start()
    try:
        assert (await give(one, "lead.policy", what="live")).done
        for app in (one, other):
            await until(lambda app=app: lines_of(app))
    finally:
        await one.stop()
        await other.stop()


async def test_active_policies_that_are_gone_stop_the_start(tmp_path: Path, sqlite_database: str) -> None:
    prepared(tmp_path)
    async with running(tmp_path, sqlite_database, trusting=False):
        pass
    store = open_store(sqlite_database)
    async with store.writing() as tx:
        assert await active_policy(tx, "acme")
        await tx.exec_driver_sql("DELETE FROM policy_versions")
    await store.close()
    with pytest.raises(VersionGoneError):
        await App(settings_of(tmp_path, sqlite_database), Lines().tell).start()


async def test_files_that_somebody_is_still_writing_are_left_alone(tmp_path: Path) -> None:
    folder, known = prepared(tmp_path), Saved()
    looking = asyncio.create_task(settled_folder(folder, "acme", known, still=0.5))
    await asyncio.sleep(0.1)
    change(tmp_path, "blockhead", "nitwit and more")
    assert await looking is None
    known.seen = await settled_folder(folder, "acme", known, still=0.01)
    assert known.seen is not None
    assert await settled_folder(folder, "acme", known, still=0.01) is None
