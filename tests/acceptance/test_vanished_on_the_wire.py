"""On Discord, what members take back and whoever leaves is known: cards say so, and nobody sheds a quarantine."""

from datetime import timedelta

import pytest

from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.stage.discord import DiscordStage, set_discord
from tests.stage.discord_server import HELD
from tests.stage.stage import CHANNELS

ON_THE_WIRE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MINUTE = timedelta(minutes=1)


def lines(stage: DiscordStage, label: str) -> list[str]:
    return [field.value for card in stage.cards() for field in card.fields if field.label == label]


async def until_rows(stage: DiscordStage, table: str, column: str) -> None:
    """Return once a row of a table says something in a column."""
    for _ in range(2_000):
        if any(row[column] for row in await stage.rows(table)):
            return
        await stage.settle()
    raise AssertionError(table, column)


@ON_THE_WIRE
async def test_who_deletes_their_own_message_leaves_the_case_and_what_they_wrote(store: Store) -> None:
    stage = await set_discord(store)
    try:
        said = await stage.say("you nitwit")
        stage.server.hands.delete(stage.ref("u1").user, CHANNELS["help"], said.ref.message)
        await until_rows(stage, "messages", "gone_at")
        await stage.pass_time(MINUTE)
        assert lines(stage, "Gone") == ["messages that Locum did not delete: 1"]
        (card,) = stage.cards()
        assert [quote.text for quote in card.quotes] == ["you nitwit"]
        (entry,) = await stage.entries("done_outside")
        assert entry["actor"] == {"kind": "outside"}
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_what_locum_deletes_is_marked_and_told_of_no_second_time(store: Store) -> None:
    stage = await set_discord(store)
    try:
        await stage.say("you blockhead")
        await until_rows(stage, "seen", "gone")
        await stage.pass_time(MINUTE)
        assert await stage.entries("done_outside") == []
        assert lines(stage, "Gone") == []
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_whoever_leaves_and_comes_back_is_in_quarantine_again(store: Store) -> None:
    stage = await set_discord(store)
    try:
        await stage.say("freecoins here")
        ref = stage.ref("u1")
        assert stage.guild.members[ref.user]["roles"] == [HELD]
        stage.server.hands.leave(stage.guild.id, ref.user)
        await until_rows(stage, "accounts", "left_at")
        await stage.perform()
        assert lines(stage, "Left the community")
        stage.clock.move(MINUTE)
        offered = len(stage.offered)
        stage.guild.join(ref.user)
        assert stage.guild.members[ref.user]["roles"] == []
        await stage._until(lambda: len(stage.offered) > offered)
        await stage.settle()
        assert stage.guild.members[ref.user]["roles"] == [HELD]
        assert stage.world.standing(ref, OutcomeKind.QUARANTINE).held
        assert lines(stage, "Left the community") == []
        # what ends it ends it
        await stage.pass_time(timedelta(days=2), step=timedelta(hours=12))
        assert stage.guild.members[ref.user]["roles"] == []
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_a_timeout_is_not_shed_by_leaving_either(store: Store) -> None:
    stage = await set_discord(store)
    try:
        given = await stage.give("lee", "mod.timeout", member=stage.joined("u1"), for_="7d", guideline="respect")
        assert given.done, given.text
        ref = stage.ref("u1")
        stage.server.hands.leave(stage.guild.id, ref.user)
        await until_rows(stage, "accounts", "left_at")
        stage.clock.move(MINUTE)
        offered = len(stage.offered)
        stage.guild.join(ref.user)
        await stage._until(lambda: len(stage.offered) > offered)
        await stage.settle()
        assert stage.world.standing(ref, OutcomeKind.TIMEOUT).held
    finally:
        await stage.close()
