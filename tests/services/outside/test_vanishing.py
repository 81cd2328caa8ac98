"""What isn't there any more is noted once: deletions of Locum's own explain themselves, everything else is outside."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.domain.action import ActionKind
from bot.domain.message import Message, MessageKind
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import DeedKind
from bot.domain.place import Stream, stream_of
from bot.services.outside.awaiting import Awaiting
from bot.services.outside.vanishing import Vanishing
from bot.store.engine import Store
from tests.fakes.platform import FaultKind
from tests.services.outside.seeing import deed, see
from tests.services.staff.staging import on_stage
from tests.stage.stage import Stage

MINUTE = timedelta(minutes=1)
HARSH, SLUR = "you nitwit", "you blockhead"


def vanishing(stage: Stage) -> Vanishing:
    return stage.awaiting.vanishing


async def went(stage: Stage, *messages: Message, told: bool = True) -> frozenset[str]:
    """Let messages of one stream be deleted by somebody's hand, and the platform tell of it."""
    for one in messages:
        stage.world.erase(one.ref)
    stream = stream_of(messages[0].channel)
    unknown = await vanishing(stage).gone(stream, [one.ref.message for one in messages], stage.clock.now())
    if told:
        await stage.pass_time(MINUTE)
    return unknown


async def outside(stage: Stage) -> Sequence[dict[str, Any]]:
    return await stage.entries("done_outside")


def lines(stage: Stage, label: str) -> list[str]:
    return [field.value for card in stage.cards() for field in card.fields if field.label == label]


async def test_a_message_of_a_case_that_somebody_else_deleted_is_told_of_once(store: Store) -> None:
    async with on_stage(store) as stage:
        said = await stage.say(HARSH)
        await went(stage, said)
        (case,) = await stage.rows("cases")
        (entry,) = await outside(stage)
        assert (entry["actor"], entry["case"]) == ({"kind": "outside"}, case["id"])
        (message,) = await stage.rows("messages", message=said.ref.message)
        told = entry["details"]
        assert (told["deed"], told["count"], told["messages"]) == ("deletion", 1, [message["id"]])
        assert told["account"] == case["account"]
        assert lines(stage, "Gone") == ["messages that Locum did not delete: 1"]
        # told again, after a restart or by a session that is resumed
        await went(stage, said)
        assert len(await outside(stage)) == 1


async def test_the_evidence_of_what_is_gone_stays(store: Store) -> None:
    async with on_stage(store) as stage:
        await went(stage, await stage.say(HARSH))
        (card,) = stage.cards()
        assert [quote.text for quote in card.quotes] == [HARSH]
        assert not any(one.action.startswith("case.delete") for one in card.buttons)


async def test_what_went_together_is_one_entry_a_case(store: Store) -> None:
    async with on_stage(store) as stage:
        said = [await stage.say(HARSH, user=user) for user in ("u1", "u2", "u1", "u1")]
        await went(stage, *said)
        counts = sorted(entry["details"]["count"] for entry in await outside(stage))
        assert counts == [1, 3]


async def test_what_locum_deleted_itself_is_nothing_new(store: Store) -> None:
    async with on_stage(store) as stage:
        await went(stage, await stage.say(SLUR))
        assert await outside(stage) == []
        assert lines(stage, "Gone") == []


async def test_a_deletion_that_is_still_planned_is_made_pointless(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.platform.fail(FaultKind.RETRY_AFTER, of=ActionKind.DELETE, after=3_600)
        said = await stage.say(SLUR)
        asked = len(stage.platform.asked)
        await went(stage, said)
        (deletion,) = await stage.rows("actions", kind="delete")
        assert (deletion["state"], deletion["reason"]) == ("superseded", "gone")
        assert ActionKind.DELETE not in {one.kind for one in stage.platform.asked[asked:]}
        assert len(await outside(stage)) == 1
        (ended,) = [one for one in await stage.entries("action") if one["action"] == deletion["id"]]
        assert ended["details"]["outcome"] == "superseded"


async def test_a_deletion_of_unknown_outcome_is_settled_without_asking(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.platform.fail(FaultKind.ACTED, of=ActionKind.DELETE)
        said = await stage.say(SLUR)
        (deletion,) = await stage.rows("actions", kind="delete")
        assert deletion["state"] == "unknown"
        await went(stage, said)
        (deletion,) = await stage.rows("actions", kind="delete")
        assert (deletion["state"], deletion["reason"]) == ("confirmed", "gone")
        assert not [one for one in stage.platform.read_backs if one.kind is ActionKind.DELETE]
        assert await outside(stage) == []


async def test_of_a_message_without_findings_nothing_is_recorded_and_a_purge_leaves_it_out(store: Store) -> None:
    async with on_stage(store) as stage:
        gone, stands = await stage.say("hello"), await stage.say("hello again")
        before = len(await stage.entries("planned"))
        await went(stage, gone)
        assert await outside(stage) == []
        assert len(await stage.entries("planned")) == before
        seen = {row["message"]: row["gone"] for row in await stage.rows("seen")}
        assert seen == {gone.ref.message: True, stands.ref.message: False}
        purged = await stage.give("lee", "mod.purge", member=stage.joined("u1"), last=5)
        assert purged.done, purged.text
        deleted = [one.message for one in stage.platform.asked if one.kind is ActionKind.DELETE]
        assert deleted == [stands.ref]


async def test_what_somebody_was_seen_to_delete_is_not_two_entries(store: Store) -> None:
    async with on_stage(store) as stage:
        first, second = await stage.say(HARSH), await stage.say(HARSH, user="u2")
        stream = stream_of(first.channel)
        # the platform tells of the deed before, or behind
        await see(stage, deed(stage, 1, DeedKind.DELETION, by="mo", member="u1", stream=stream))
        await went(stage, first, second, told=False)
        await see(stage, deed(stage, 2, DeedKind.DELETION, by="mo", member="u2", stream=stream))
        await stage.pass_time(MINUTE)
        assert [entry["actor"].get("who") for entry in await outside(stage)] == ["mo", "mo"]
        assert len(lines(stage, "Gone")) == 2


async def test_a_deed_elsewhere_accounts_for_nothing(store: Store) -> None:
    async with on_stage(store) as stage:
        said = await stage.say(HARSH)
        elsewhere = stream_of((await stage.say("hello", where="gaming")).channel)
        await see(stage, deed(stage, 1, DeedKind.DELETION, by="mo", member="u1", stream=elsewhere))
        await went(stage, said)
        assert [entry["actor"]["kind"] for entry in await outside(stage)] == ["person", "outside"]


async def test_what_went_before_it_was_judged_is_noted_once_it_is(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say("hello")
        quick = stage.message(HARSH)
        waiting = Awaiting(vanishing=vanishing(stage))
        await waiting.gone(stream_of(quick.channel), [quick.ref.message], stage.clock.now())
        stage.intake.offer(quick)
        await stage.settle()
        assert (await stage.rows("messages", message=quick.ref.message))[0]["gone_at"] is None
        await waiting.look()
        await stage.pass_time(MINUTE)
        assert len(await outside(stage)) == 1


async def test_what_is_never_judged_is_forgotten(store: Store) -> None:
    async with on_stage(store) as stage:
        waiting = Awaiting(vanishing=vanishing(stage))
        nowhere = Stream(platform=stage.platform.connection.platform, workspace="W1", channel="4999")
        await waiting.gone(nowhere, ["m1", "m2"], stage.clock.now())
        stage.clock.move(timedelta(minutes=2))
        await waiting.look()
        assert not waiting._gone


async def test_a_shadow_rules_message_that_goes_is_nobodys_news(store: Store) -> None:
    async with on_stage(store) as stage:
        await went(stage, await stage.say("silly goose"))
        assert await outside(stage) == []
        assert await stage.rows("messages", gone_said=False) == []


async def test_many_that_went_are_told_of_in_full(store: Store) -> None:
    async with on_stage(store) as stage:
        said = [await stage.say(HARSH) for _ in range(120)]
        await went(stage, *said)
        (entry,) = await outside(stage)
        assert (entry["details"]["count"], len(entry["details"]["messages"])) == (120, 100)


# --- members


async def test_a_member_who_left_is_shown_so_on_their_case(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say(HARSH)
        stage.world.leave(stage.ref("u1"))
        await vanishing(stage).left(stage.ref("u1"), stage.clock.now())
        await stage.perform()
        assert lines(stage, "Left the community") == ["2026-06-17 10:00 UTC"]


async def test_nobody_is_made_known_by_leaving(store: Store) -> None:
    async with on_stage(store) as stage:
        before = len(await stage.rows("accounts"))
        await vanishing(stage).left(stage.ref("u9"), stage.clock.now())
        assert len(await stage.rows("accounts")) == before


def coming(stage: Stage, user: str = "u1") -> Message:
    return stage.message("", user=user, kind=MessageKind.JOIN)


async def test_whoever_comes_back_stands_as_before_and_is_there_again(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say("freecoins here")
        ref = stage.ref("u1")
        assert stage.world.standing(ref, OutcomeKind.QUARANTINE).held
        stage.world.leave(ref)
        await vanishing(stage).left(ref, stage.clock.now())
        stage.clock.move(MINUTE)
        stage.world.join(ref)
        assert not stage.world.standing(ref, OutcomeKind.QUARANTINE).held
        stage.intake.offer(coming(stage))
        await stage.settle()
        assert stage.world.standing(ref, OutcomeKind.QUARANTINE).held
        assert lines(stage, "Left the community") == []


async def test_a_leaving_that_is_told_behind_the_coming_back_is_no_leaving(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say(HARSH)
        left_at = stage.clock.now()
        stage.clock.move(MINUTE)
        stage.intake.offer(coming(stage))
        await stage.settle()
        await vanishing(stage).left(stage.ref("u1"), left_at)
        await stage.perform()
        assert lines(stage, "Left the community") == []


async def test_who_is_not_there_is_asked_for_once_and_not_again(store: Store) -> None:
    async with on_stage(store) as stage:
        said = stage.message("freecoins here")
        stage.world.post(said)
        stage.intake.offer(said)
        await stage.settle()
        stage.platform.world.leave(stage.ref("u1"))
        await vanishing(stage).left(stage.ref("u1"), stage.clock.now())
        await stage.pass_time(timedelta(hours=20), step=timedelta(hours=1))
        asked = [one for one in stage.platform.asked if one.kind is ActionKind.RESTRICT]
        assert len(asked) == 1
        assert [row["state"] for row in await stage.rows("actions", kind="restrict")] == ["failed"]
