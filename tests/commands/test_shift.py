"""`/shift`: who is on duty for whom, and what is handed over at the end."""

from datetime import timedelta

from bot.store.engine import Store
from tests.services.staff.staging import on_stage
from tests.stage.policies import ORGANISATIONS
from tests.stage.stage import Stage

#: Nightwatch serves the queue that is given by choice
CHOICE = ORGANISATIONS.replace(
    "queues: [hate, scams]\n      cases_up_to: high", "queues: [hate, scams, care]\n      cases_up_to: high"
)


async def seat_twice(stage: Stage) -> None:
    """Let Robin sit at both partners."""
    reply = await stage.give("gaivota", "partner.seat", account=stage.member("robin"), alias="Rob")
    assert reply.done, reply.text


async def test_a_shift_begins_and_ends_and_is_recorded(store: Store) -> None:
    async with on_stage(store) as stage:
        began = await stage.give("robin", "shift.start")
        assert began.text == (
            "You are on shift for Nightwatch GmbH until 22:00. End it with /shift end; by itself it ends then."
        )
        ended = await stage.give("robin", "shift.end")
        assert ended.text == "Your shift is over. Thank you."
        (row,) = await stage.rows("shifts")
        assert (row["person"], row["ended_by"]) == ("robin", "person")
        assert [entry["details"]["by"] for entry in await stage.entries("shift_ended")] == ["person"]
        assert len(await stage.entries("shift_started")) == 1


async def test_whoever_asks_is_told_of_their_shift_and_nobody_else_s(store: Store) -> None:
    async with on_stage(store) as stage:
        none = await stage.give("robin", "shift.show")
        assert (none.done, none.text) == (True, "You are on no shift. Start one: /shift start.")
        await stage.give("robin", "shift.start")
        stage.clock.move(timedelta(hours=1))
        shown = await stage.give("robin", "shift.show")
        assert shown.text == "You have been on shift for Nightwatch GmbH since 12:00. It ends by itself at 22:00."
        assert "no shift" in (await stage.give("mo", "shift.show")).text
        assert not (await stage.give("u1", "shift.show")).done


async def test_whether_somebody_moderates_is_told_without_a_trace(store: Store) -> None:
    async with on_stage(store) as stage:
        assert (await stage.give("robin", "everyone.home")).done
        assert not (await stage.give("u1", "everyone.home")).done
        assert not await stage.entries("refused")


async def test_nobody_is_on_two_shifts(store: Store) -> None:
    async with on_stage(store) as stage:
        await seat_twice(stage)
        assert (await stage.give("robin", "shift.start", **{"for": "nightwatch"})).done
        again = await stage.give("robin", "shift.start", **{"for": "faro"})
        assert (again.done, again.text) == (False, "You are on a shift already. End it first: /shift end.")
        assert len(await stage.rows("shifts")) == 1


async def test_somebody_seated_at_two_partners_names_for_whom_they_work(store: Store) -> None:
    async with on_stage(store) as stage:
        await seat_twice(stage)
        unsaid = await stage.give("robin", "shift.start")
        assert not unsaid.done
        assert unsaid.text == "You have seats at several organisations. Say for which you work: faro, nightwatch."
        acted = await stage.give("robin", "mod.warn", member=stage.member("u1"), guideline="respect")
        assert "Say for which you work" in acted.text
        assert (await stage.give("robin", "shift.start", **{"for": "faro"})).done
        assert [row["person"] for row in await stage.rows("shifts")] == [
            row["person"] for row in await stage.rows("seats")
        ]


async def test_a_partner_cannot_begin_a_shift_for_another(store: Store) -> None:
    async with on_stage(store) as stage:
        reply = await stage.give("robin", "shift.start", **{"for": "faro"})
        assert (reply.done, reply.text) == (False, "There is no organisation ‘faro’ that you could name here.")


async def test_a_member_cannot_begin_a_shift_and_the_attempt_is_recorded(store: Store) -> None:
    async with on_stage(store) as stage:
        reply = await stage.give("u1", "shift.start")
        assert not reply.done
        assert reply.text.startswith("You don't moderate here")
        (entry,) = await stage.entries("refused")
        assert entry["details"]["command"] == "shift.start"


async def test_a_shift_ends_by_itself_after_ten_hours_and_claims_go_back(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.pass_time(timedelta(hours=9, minutes=50), step=timedelta(minutes=10))
        await stage.say("you blockhead")
        assert (await stage.give("robin", "case.next")).done
        assert [row["claimed_by"] for row in await stage.rows("cases")] == ["robin"]
        await stage.pass_time(timedelta(minutes=10))
        (shift,) = await stage.rows("shifts")
        assert shift["ended_by"] == "time"
        (case,) = await stage.rows("cases")
        assert (case["state"], case["claimed_by"]) == ("open", None)
        (entry,) = await stage.entries("shift_ended")
        assert (entry["actor"]["kind"], entry["details"]["cases"]) == ("scheduler", 1)
        assert (await stage.give("robin", "shift.start")).done


async def test_whoever_still_works_on_cases_is_asked_for_a_note(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.say("you blockhead")
        await stage.give("robin", "case.next")
        asked = await stage.give("robin", "shift.end")
        assert asked.form is not None
        assert asked.form.fields[0].label == "You still work on 1 case. What should the next know?"
        assert [row["ended_at"] for row in await stage.rows("shifts")] == [None]
        sent = await stage.press("robin", asked.form.action, note="the member is new")
        assert sent.text == "Your shift is over. Thank you. 1 case went back to its queue."
        late = await stage.press("robin", asked.form.action, note="the member is new")
        assert not late.done


async def test_the_next_of_the_organisation_reads_the_note_once_and_others_never(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.say("you blockhead")
        await stage.give("robin", "case.next")
        (case,) = await stage.rows("cases")
        await stage.give("robin", "shift.end", note="the member is new")
        await stage.pass_time(timedelta(minutes=1))
        other = await stage.give("onda", "shift.start")
        assert "new" not in other.text
        following = await stage.give("merle", "shift.start")
        assert "Robin left this for you: the member is new" in following.text
        assert case["number"] in following.text
        await stage.pass_time(timedelta(minutes=1))
        assert "new" not in (await stage.give("heron", "shift.start")).text
        bodies = [str(entry) for entry in await stage.entries("shift_ended")]
        assert not [body for body in bodies if "the member is new" in body]


async def test_a_queue_by_choice_is_chosen_and_left(store: Store) -> None:
    async with on_stage(store, ("organisations.yaml", CHOICE)) as stage:
        assert (await stage.give("robin", "shift.choose", queue="care")).done
        assert [row["person"] for row in await stage.rows("queue_choices")] == ["robin"]
        again = await stage.give("robin", "shift.choose", queue="care")
        assert again.text == "You have chosen the queue care already."
        assert (await stage.give("robin", "shift.choose", queue="care", state="off")).done
        assert not await stage.rows("queue_choices")
        everybodys = await stage.give("robin", "shift.choose", queue="hate")
        assert not everybodys.done
        assert len(await stage.entries("queue_chosen")) == 2


async def test_a_queue_of_no_mandate_is_one_that_isnt_there(store: Store) -> None:
    async with on_stage(store) as stage:
        reply = await stage.give("robin", "shift.choose", queue="care")
        assert (reply.done, reply.text) == (False, "There is no queue ‘care’. Choose one from the list.")
