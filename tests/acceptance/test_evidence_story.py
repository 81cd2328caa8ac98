"""A picture is posted, found, copied and deleted: what was there can still be looked at, for a time."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.evidence import Missing
from bot.domain.message import Attachment, Message
from bot.ports import PlatformUnavailableError
from bot.services.evidence.storing import opened
from bot.services.record import keys_of_subjects
from bot.services.retention import RETAIN, Limits, retain_handler, retain_timer
from bot.services.subjects.erasing import erase
from bot.services.subjects.exporting import export
from bot.services.subjects.holding import hold
from bot.services.subjects.readable import readable
from bot.services.timing import sweep
from bot.services.unsealing import sealed_value
from bot.store import tables
from bot.store.engine import Store
from bot.store.evidence import one_piece
from bot.store.timers import set_timers
from tests.acceptance.stages import on_stage
from tests.stage.policies import RESPECT
from tests.stage.stage import Stage

PICTURE = b"\x89PNG\r\n\x1a\n" + b"canary-of-a-picture" * 200
DAY = timedelta(days=1)
NEVER = (
    "guidelines/respect.yaml",
    RESPECT
    + "  - {id: gravest, copies: none, when: {words: [unspeakable]}, severity: critical, then: [{case: hate}]}\n",
)

COPYING = ("guidelines/respect.yaml", RESPECT.replace("rules:", "copies: all\nrules:"))


def file(identifier: str = "f1", name: str = "canary-name.png", **fields: Any) -> Attachment:
    return Attachment(id=identifier, name=name, **fields)


async def insult(stage: Stage, *files: Attachment, text: str = "blockhead", **fields: Any) -> Message:
    return await stage.say(text, attachments=files or (file(),), **fields)


async def bytes_of(stage: Stage, row: dict[str, Any]) -> bytes:
    """Return what a file holds, under its subject's key."""
    async with stage.store.writing() as tx:
        kept = await one_piece(tx, "acme", row["id"])
        assert kept is not None
        keys = await keys_of_subjects(tx, stage.keys, "acme", [kept.account])
        return opened(kept, keys[kept.account])


async def private(stage: Stage, field: str) -> Any:
    (entry,) = await stage.entries("copied")
    async with stage.store.reading() as tx:
        return await sealed_value(tx, stage.keys, "acme", entry["seq"], field)


async def night(stage: Stage) -> None:
    """Let the night's run of retention happen."""
    async with stage.store.writing() as tx:
        await set_timers(tx, [retain_timer("acme", stage.clock.now() - DAY)])
    for _ in range(20):
        swept = await sweep(stage.store, stage.clock, {RETAIN: retain_handler(stage.keys, Limits())})
        assert not swept.failed
        if not swept.fired:
            return
        stage.clock.move(timedelta(seconds=2))


async def test_a_picture_is_still_there_after_the_platform_deleted_it(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        message = await insult(stage)
        assert stage.world.find(message.ref) is None
        (row,) = await stage.rows("evidence")
        assert (row["media"], row["size"], row["missing"]) == ("image", len(PICTURE), "")
        assert await bytes_of(stage, row) == PICTURE
        (said,) = await private(stage, "details.names")
        assert (said["name"], said["file"]) == ("canary-name.png", row["id"])


async def test_nothing_of_a_file_stands_plain_in_the_database_or_the_ledger(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await stage.say("a neighbour's canary-words", user="u2")
        await insult(stage)
        async with store.reading() as tx:
            found = [repr(row) for table in tables.metadata.sorted_tables for row in await tx.execute(select(table))]
        assert found
        assert not [row for row in found if "canary" in row]


async def test_what_was_written_around_is_kept_as_its_authors(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say("what a day", user="u2")
        await stage.say("indeed", user="u1")
        await insult(stage)
        assert (await private(stage, "details.written.0"))["text"] == "what a day"
        assert (await private(stage, "details.written.1"))["text"] == "indeed"
        await erase(store, stage.keys, stage.clock, "acme", stage.ref("u2"))
        assert await private(stage, "details.written.0") is None
        assert (await private(stage, "details.written.1"))["text"] == "indeed"


async def test_a_message_is_deleted_when_its_time_is_over_though_nothing_could_be_copied(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.platform.fetch_faults.extend(PlatformUnavailableError() for _ in range(100))
        message = await insult(stage)
        assert stage.world.find(message.ref) is not None
        await stage.pass_time(timedelta(seconds=9), step=timedelta(seconds=3))
        assert stage.world.find(message.ref) is not None
        await stage.pass_time(timedelta(seconds=1))
        assert stage.world.find(message.ref) is None
        (row,) = await stage.rows("evidence")
        assert (row["missing"], row["sealed"]) == (Missing.LATE.value, None)
        (entry,) = await stage.entries("copied")
        assert entry["details"]["missing"] == {"late": 1}


async def test_a_copy_that_failed_at_first_is_made_before_the_message_goes(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        stage.platform.fetch_faults.append(PlatformUnavailableError())
        message = await insult(stage)
        assert stage.world.find(message.ref) is not None
        await stage.perform()
        assert stage.world.find(message.ref) is None
        (row,) = await stage.rows("evidence")
        assert await bytes_of(stage, row) == PICTURE


async def test_files_do_not_wait_for_what_stands_around_them(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        stage.platform.deny_history()
        message = await insult(stage)
        assert stage.world.find(message.ref) is None
        assert await bytes_of(stage, (await stage.rows("evidence"))[0]) == PICTURE


async def test_surroundings_that_could_not_be_had_are_asked_for_again(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say("good morning", user="u2")
        stage.platform.deny_history(times=3)
        await stage.say("blockhead")
        for _ in range(3):
            await stage.perform()
        assert (await private(stage, "details.written.0"))["text"] == "good morning"


async def test_a_message_that_waits_for_its_copy_is_there_after_everything_stopped(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        message = stage.message("blockhead", attachments=(file(),))
        stage.world.join(stage.ref("u1"))
        stage.world.post(message)
        await stage.intake.judge([message])
        # only whoever deletes is there: it has nothing to do yet
        for performer in stage.performers:
            while await performer.perform_due():
                pass
        assert stage.world.find(message.ref) is not None
        await stage.perform()
        assert stage.world.find(message.ref) is None
        assert await bytes_of(stage, (await stage.rows("evidence"))[0]) == PICTURE


async def test_what_is_too_large_or_of_another_sort_leaves_a_name_and_a_digest(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f2", b"MZ\0\0program")
        stage.world.attach("f3", b"plain words")
        large = file("f1", "film.mp4", size=9 * 1024 * 1024)
        await insult(stage, large, file("f2", "tool.exe"), file("f3", "words.txt"), file("f4", "lost.png"))
        rows = sorted(await stage.rows("evidence"), key=lambda row: row["place"])
        assert [row["missing"] for row in rows] == ["too_large", "sort", "", "gone"]
        assert [row["sealed"] is None for row in rows] == [True, True, False, True]
        names = await private(stage, "details.names")
        assert [one["name"] for one in names] == ["film.mp4", "tool.exe", "words.txt", "lost.png"]
        assert ["sha256" in one for one in names] == [False, True, True, False]


async def test_of_the_gravest_sort_nothing_is_copied_and_nobody_can_change_that(store: Store) -> None:
    async with on_stage(store, NEVER) as stage:
        stage.world.attach("f1", PICTURE)
        message = await insult(stage, text="unspeakable blockhead")
        assert stage.world.find(message.ref) is None
        await stage.give("u2", "everyone.report", message=message, guideline="respect")
        assert not stage.platform.fetched
        assert not await stage.rows("evidence")
        assert not await stage.entries("copied")
        assert not [row for row in await stage.rows("sealed_values") if row["retention"] == "evidence"]
        assert [row["state"] for row in await stage.rows("copies")] == ["never"]


async def test_what_turns_out_to_be_of_the_gravest_sort_is_let_go_of(store: Store) -> None:
    async with on_stage(store, NEVER) as stage:
        stage.world.attach("f1", PICTURE)
        message = await insult(stage, text="nitwit")
        assert len(await stage.rows("evidence")) == 1
        stage.clock.move(timedelta(minutes=1))
        now = stage.clock.now()
        edited = replace(message, text="nitwit unspeakable", edited_at=now)
        stage.world.post(edited)
        stage.intake.offer(edited)
        await stage.settle()
        assert not await stage.rows("evidence")


async def test_what_of_the_gravest_sort_stands_nearby_is_not_copied_with_another_message(store: Store) -> None:
    async with on_stage(store, NEVER) as stage:
        await stage.say("unspeakable", user="u2")
        await stage.say("what is that", user="u3")
        await insult(stage, user="u1")
        assert (await private(stage, "details.written.0"))["text"] == "what is that"
        assert await private(stage, "details.written.1") is None


async def test_files_go_with_their_authors_key(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await insult(stage)
        await erase(store, stage.keys, stage.clock, "acme", stage.ref("u1"))
        assert not await stage.rows("evidence")
        assert await private(stage, "details.names") is None
        await stage.perform()


async def test_of_whoever_was_forgotten_meanwhile_nothing_is_copied(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        stage.platform.fetch_faults.append(PlatformUnavailableError())
        message = await insult(stage)
        await erase(store, stage.keys, stage.clock, "acme", stage.ref("u1"))
        await stage.perform()
        await stage.pass_time(timedelta(seconds=10))
        assert stage.world.find(message.ref) is None
        assert not await stage.rows("evidence")
        assert not await stage.rows("subject_keys")


@pytest.mark.parametrize(("days", "left"), [(29, 1), (30, 0)])
async def test_files_are_let_go_of_when_their_time_is_over(store: Store, days: int, left: int) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await insult(stage)
        stage.clock.move(days * DAY)
        await night(stage)
        assert len(await stage.rows("evidence")) == left


async def test_a_legal_hold_keeps_files(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await insult(stage)
        await hold(store, stage.keys, stage.clock, "acme", stage.ref("u1"), "AZ")
        stage.clock.move(100 * DAY)
        await night(stage)
        assert len(await stage.rows("evidence")) == 1


async def test_a_reported_message_is_copied(store: Store) -> None:
    async with on_stage(store, COPYING) as stage:
        stage.world.attach("f1", PICTURE)
        message = await stage.say("look at this", user="u1", attachments=(file(),))
        assert not await stage.rows("evidence")
        await stage.give("u2", "everyone.report", message=message, guideline="respect")
        (row,) = await stage.rows("evidence")
        assert await bytes_of(stage, row) == PICTURE


async def test_a_member_whose_message_has_no_file_is_deleted_at_once(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.platform.fetch_faults.extend(PlatformUnavailableError() for _ in range(100))
        message = await stage.say("blockhead")
        assert stage.world.find(message.ref) is None
        assert all(json.loads(row["actions"]) == [] for row in await stage.rows("copies"))


# --- showing


async def test_staff_see_what_is_kept_and_open_one_file_at_a_time(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await insult(stage, file(), file("f2", "lost.png"))
        (card,) = stage.cards()
        (kept,) = [one.value for one in card.fields if one.label == "Files"]
        assert kept == "picture 4 KB · other file (not kept: it was gone already)"
        listed = await stage.press("lee", stage.button(card, "Files"))
        assert listed.card is not None
        assert [one.text for one in listed.card.quotes] == ["canary-name.png", "lost.png"]
        assert not listed.public
        (choice,) = listed.card.choices
        ((name, label),) = choice.options
        assert label == "1 · picture · canary-name.png"
        shown = await stage.press("lee", choice.action, value=name)
        (handed,) = shown.files
        assert (handed.data, handed.picture, handed.name.endswith("-1.png")) == (PICTURE, True, True)
        assert not shown.public
        seen = [entry["details"]["what"] for entry in await stage.entries("viewed")]
        assert seen == ["files", "file"]


async def test_who_may_not_see_a_case_is_handed_none_of_its_files(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await insult(stage)
        (card,) = stage.cards()
        listed = await stage.press("lee", stage.button(card, "Files"))
        assert listed.card is not None
        (choice,) = listed.card.choices
        for who in ("u9", "robin"):
            refused = await stage.press(who, choice.action, value=choice.options[0][0])
            assert not refused.files
            assert not refused.done


async def test_a_file_of_another_case_is_not_handed_out_by_this_one(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await insult(stage, user="u1")
        await insult(stage, file("f2", "other.png"), user="u2")
        first, second = stage.cards()
        listed = await stage.press("lee", stage.button(first, "Files"))
        assert listed.card is not None
        kept = listed.card.choices[0].options[0][0]
        other = stage.button(second, "Files").replace("case.files", "case.file")
        assert not (await stage.press("lee", other, value=kept)).files


async def test_what_was_erased_is_shown_no_more(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await insult(stage)
        (card,) = stage.cards()
        listed = await stage.press("lee", stage.button(card, "Files"))
        assert listed.card is not None
        (choice,) = listed.card.choices
        await erase(store, stage.keys, stage.clock, "acme", stage.ref("u1"))
        await stage.perform()
        gone = await stage.press("lee", choice.action, value=choice.options[0][0])
        assert not gone.files
        (card,) = stage.cards()
        assert not [one for one in card.fields if one.label == "Files"]


async def test_of_the_gravest_sort_nothing_is_shown(store: Store) -> None:
    async with on_stage(store, NEVER) as stage:
        stage.world.attach("f1", PICTURE)
        await stage.say("good morning", user="u2")
        await insult(stage, text="unspeakable")
        (card,) = stage.cards()
        assert not card.quotes
        assert not [one for one in card.buttons if one.action.startswith("case.files")]
        shown = await stage.give("lee", "case.show", case=card.title.split()[-1])
        assert shown.around is None
        assert shown.card is not None
        assert not shown.card.quotes


async def test_a_members_copy_of_their_data_names_the_files_that_were_copied(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.attach("f1", PICTURE)
        await stage.say("what a day", user="u2")
        await insult(stage)
        mine = (await export(store, stage.keys, stage.clock, "acme", stage.ref("u1"))).bundle
        assert "canary-name.png" in mine.written()
        assert "canary-name.png" in readable(mine, "en")
        theirs = (await export(store, stage.keys, stage.clock, "acme", stage.ref("u2"))).bundle
        assert "what a day" in theirs.written()
        assert "canary" not in theirs.written()
