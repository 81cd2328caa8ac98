"""Messages are judged once, in order, and what follows is stored with them."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.message import Attachment, Mentions, MessageKind
from bot.services.intake.intake import Intake
from bot.services.ledger.logs import signers, verifiers
from bot.services.ledger.verifying import verify
from tests.services.intake.house import SECOND, House, author


async def test_every_message_has_a_row_and_never_its_text(house: House) -> None:
    house.say("good morning")
    house.say("good evening", where="4102", user="u2")
    await house.settle()
    rows = await house.rows("seen")
    assert len(rows) == 2
    assert "good" not in str(rows)


async def test_a_finding_leads_to_all_that_its_rule_asks_for_in_one_go(house: House) -> None:
    house.say("you blockhead")
    await house.settle()
    kinds = sorted(action["kind"] for action in await house.rows("actions"))
    assert kinds == ["card", "delete", "notice"]
    assert [await house.count(table) for table in ("messages", "incidents", "cases", "decisions", "strikes")] == [1] * 5
    (decision,) = await house.rows("decisions")
    assert (decision["mode"], decision["policy"]) == ("live", house.policies.version)
    assert json.loads(decision["actor"]) == {"kind": "automation", "who": "respect/slur"}


async def test_in_which_language_somebody_reads_is_known_once_something_is_found(house: House) -> None:
    house.say("good morning", author=author("u1", language="de"))
    house.say("you blockhead", author=author("u2", language="de"))
    house.say("you blockhead", author=author("u3", language="en"))
    house.say("you blockhead", user="u4")
    await house.settle()
    known = {row["user"]: row["language"] for row in await house.rows("accounts")}
    assert known == {"u1": None, "u2": "de", "u3": "en", "u4": None}
    # where it isn't said any more, it is what it was
    house.say("you blockhead there", user="u2")
    house.say("you blockhead there", author=author("u3", language="de"))
    await house.settle()
    known = {row["user"]: row["language"] for row in await house.rows("accounts")}
    assert known == {"u1": None, "u2": "de", "u3": "de", "u4": None}


async def test_the_mark_moves_to_the_newest_message_judged(house: House) -> None:
    for _ in range(3):
        house.say()
        house.clock.move(SECOND)
    await house.settle()
    (channel,) = await house.rows("channels")
    assert channel["mark"] == channel["newest"] == house.clock.now() - SECOND


async def test_users_ids_stand_in_accounts_alone(house: House) -> None:
    house.say("blockhead", user="user-77", mentions=Mentions(people=("user-88",)), reply_author="user-99")
    await house.settle()
    assert {row["user"] for row in await house.rows("accounts")} == {"user-77", "user-88", "user-99"}
    for table in ("seen", "messages", "decisions", "incidents", "cases", "actions", "strikes", "ledger_entries"):
        assert "user-" not in str(await house.rows(table)), table


async def test_text_of_members_is_sealed_and_nowhere_else(house: House) -> None:
    house.say("you blockhead, by the old oak")
    await house.settle()
    for table in ("seen", "messages", "decisions", "incidents", "cases", "actions", "ledger_entries", "sealed_values"):
        assert "old oak" not in str(await house.rows(table)), table
    (sealed,) = await house.rows("sealed_values")
    assert (sealed["field"], sealed["retention"]) == ("details.evidence", "evidence")


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_redelivery_in_any_order_changes_nothing(house: House, order: tuple[int, ...]) -> None:
    messages = [house.message(text, at=house.clock.now() + SECOND * n) for n, text in
                enumerate(("you blockhead", "hello", "rascal"))]  # fmt: skip
    assert house.intake is not None
    for _ in range(3):
        for number in order:
            house.intake.offer(messages[number])
    await house.settle()
    assert await house.count("seen") == 3
    assert await house.count("decisions") == 2
    kinds = sorted(action["kind"] for action in await house.rows("actions"))
    assert kinds == ["card", "delete", "delete", "notice"]
    assert house.intake.health().repeated == 6


async def test_an_edit_raises_what_follows_and_repeats_nothing(house: House) -> None:
    message = house.say("nitwit")
    await house.settle()
    assert house.intake is not None
    for version, text in enumerate(("nitwit and dunce", "nitwit and dunce", "nitwit"), 1):
        house.intake.offer(replace(message, text=text, edited_at=house.clock.now() + version * SECOND))
        await house.settle()
    assert len(await house.rows("sanctions")) == 2
    assert sorted(row["until"] - row["start"] for row in await house.rows("sanctions")) == [
        timedelta(minutes=10), timedelta(days=1)
    ]  # fmt: skip
    assert await house.count("incidents") == 1
    assert await house.count("decisions") == 2


async def test_an_older_revision_that_comes_late_counts_but_replaces_nothing(house: House) -> None:
    message = house.message("rascal")
    edited = replace(message, text="hello", edited_at=house.clock.now() + SECOND)
    assert house.intake is not None
    house.intake.offer(edited)
    await house.settle()
    (before,) = await house.rows("seen")
    house.intake.offer(message)
    await house.settle()
    (after,) = await house.rows("seen")
    assert after == before
    assert [action["kind"] for action in await house.rows("actions")] == ["delete"]


async def test_an_outburst_is_one_incident_with_one_case_one_notice_and_one_strike(house: House) -> None:
    for _ in range(5):
        house.say("blockhead")
        house.clock.move(10 * SECOND)
    await house.settle()
    kinds = [action["kind"] for action in await house.rows("actions")]
    assert (kinds.count("delete"), kinds.count("notice")) == (5, 1)
    assert [await house.count(table) for table in ("incidents", "cases", "strikes")] == [1, 1, 1]


async def test_after_two_minutes_it_is_another_incident_in_the_same_open_case(house: House) -> None:
    house.say("blockhead")
    house.clock.move(timedelta(minutes=3))
    house.say("blockhead")
    await house.settle()
    assert await house.count("incidents") == 2
    (case,) = await house.rows("cases")
    assert case["version"] == 1  # opened and raised in one go
    assert {row["case"] for row in await house.rows("incidents")} == {case["id"]}


async def test_a_card_that_is_yet_to_be_drawn_is_not_wanted_once_more(house: House) -> None:
    for _ in range(2):
        house.say("blockhead")
        await house.settle()
        house.clock.move(timedelta(minutes=3))
    (card,) = await house.rows("cards")
    assert card["wanted"] == 1
    keys = [action["key"] for action in await house.rows("actions") if action["kind"] == "card"]
    assert keys == [f"card:{card['id']}:1"]
    (case,) = await house.rows("cases")
    assert case["version"] == 2


async def test_strikes_climb_the_ladder_once_a_step(house: House) -> None:
    for _ in range(4):
        house.say("blockhead")
        house.clock.move(timedelta(minutes=5))
    await house.settle()
    assert await house.count("strikes") == 4
    (sanction,) = await house.rows("sanctions")
    assert (sanction["kind"], sanction["until"] - sanction["start"]) == ("timeout", timedelta(hours=1))
    held = [action for action in await house.rows("actions") if action["state"] == "held"]
    assert [(action["kind"], json.loads(action["details"])["asked"]) for action in held] == [("restrict", "ban")]
    timers = {(timer["kind"], timer["subject"]) for timer in await house.rows("timers")}
    assert ("expire", sanction["id"]) in timers
    assert {kind for kind, _ in timers} == {"expire", "approval_due"}


async def test_asking_holds_the_action_opens_a_case_and_escalates_it(house: House) -> None:
    house.say("outlaw")
    await house.settle()
    (held,) = [action for action in await house.rows("actions") if action["kind"] == "restrict"]
    assert held["state"] == "held"
    assert await house.count("sanctions") == 0
    (case,) = await house.rows("cases")
    assert case["escalated"] == "by routing"
    assert held["case"] == case["id"]


async def test_a_shadow_rule_decides_in_shadow_and_does_nothing(house: House) -> None:
    house.say("goose")
    await house.settle()
    (decision,) = await house.rows("decisions")
    assert decision["mode"] == "shadow"
    assert [outcome["kind"] for outcome in json.loads(decision["outcomes"])] == ["delete", "strike"]
    for table in ("incidents", "cases", "strikes", "sanctions", "actions", "cards", "timers"):
        assert await house.count(table) == 0, table


async def test_while_a_care_case_is_open_nobody_is_sanctioned_and_no_strike_counts(house: House) -> None:
    house.say("despairing")
    house.clock.move(timedelta(minutes=20))
    house.say("blockhead and nitwit")
    await house.settle()
    assert await house.count("strikes") == 0
    assert await house.count("sanctions") == 0
    assert "delete" in [action["kind"] for action in await house.rows("actions")]
    assert True in [case["care"] for case in await house.rows("cases")]


async def test_nobody_is_sanctioned_for_what_is_judged_late(house: House) -> None:
    house.say("blockhead nitwit", at=house.clock.now() - timedelta(minutes=31))
    await house.settle()
    assert await house.count("sanctions") == 0
    assert await house.count("strikes") == 0
    assert sorted(action["kind"] for action in await house.rows("actions")) == ["card", "delete"]


async def test_whoever_edits_an_old_message_answers_for_it_now(house: House) -> None:
    old = house.say("good morning", at=house.clock.now() - timedelta(hours=5))
    await house.settle()
    house.say("blockhead nitwit", id=old.ref.message, at=old.at, edited_at=house.clock.now())
    await house.settle()
    assert await house.count("sanctions") == 1
    (strike,) = await house.rows("strikes")
    assert strike["at"] == house.clock.now()


async def test_edits_long_after_each_other_are_outbursts_of_their_own(house: House) -> None:
    posted = [house.say(f"good morning {number}") for number in range(3)]
    await house.settle()
    for message in posted:
        house.clock.move(timedelta(minutes=15))
        house.say("nitwit", id=message.ref.message, at=message.at, edited_at=house.clock.now())
        await house.settle()
    assert await house.count("incidents") == 3
    assert await house.count("sanctions") == 3


async def test_a_join_is_judged_and_nothing_of_it_deleted(house: House) -> None:
    house.say("", kind=MessageKind.JOIN, author=author("u9", names=("rascal",)))
    await house.settle()
    (row,) = await house.rows("seen")
    assert row["joined"]
    assert await house.count("actions") == 0


async def test_whoever_leaves_and_comes_back_is_held_to_what_still_holds(house: House) -> None:
    house.say("nitwit")
    house.say("dunce", user="u2")
    await house.settle()
    house.clock.move(timedelta(minutes=15))
    came = [house.say("", kind=MessageKind.JOIN, author=author(user)) for user in ("u1", "u2", "u3")]
    await house.settle()
    assert house.intake is not None
    await house.intake.judge(came, again=True)
    people = {row["id"]: row["user"] for row in await house.rows("accounts")}
    again = [row for row in await house.rows("actions") if ":joined:" in row["key"]]
    assert [people[row["target"].removeprefix("account:")] for row in again] == ["u2"]
    assert json.loads(again[0]["details"])["sanction"] == "timeout"
    report = await verify(house.store, "acme", logs=verifiers(signers(house.keys, "locum.test/acme")))
    assert report.problems == ()


async def test_what_programs_write_is_not_judged(house: House) -> None:
    house.say("blockhead", author=author("b", bot=True))
    await house.settle()
    assert await house.count("seen") == 0


async def test_members_in_one_batch_have_incidents_of_their_own(house: House) -> None:
    for user in ("u1", "u2", "u3"):
        house.say("blockhead", user=user)
    await house.settle()
    assert await house.count("incidents") == 3
    assert await house.count("cases") == 3


async def test_drained_it_takes_nothing_in_and_has_stored_what_waited(house: House) -> None:
    for _ in range(20):
        house.say()
    intake: Intake | None = house.intake
    await house.close()
    assert intake is not None
    assert not intake.offer(house.message())
    assert await house.count("seen") == 20


async def test_files_are_part_of_a_revision_and_never_stored(house: House) -> None:
    message = house.say("rascal", attachments=(Attachment(id="f1", name="holiday.png"),))
    await house.settle()
    assert house.intake is not None
    house.intake.offer(replace(message, attachments=(Attachment(id="f2", name="other.png"),)))
    await house.settle()
    assert house.intake.health().repeated == 0
    assert "holiday" not in str([await house.rows(table) for table in ("seen", "messages", "ledger_entries")])


async def test_the_ledger_says_of_it_all_what_the_rows_say(house: House) -> None:
    texts = ("blockhead nitwit", "outlaw", "goose", "goose rascal", "despairing", "dunce", "hello")
    for number in range(3):
        for text in texts:
            message = house.say(text, user=f"u{number}")
            house.clock.move(20 * SECOND)
            house.say(f"{text} rascal", id=message.ref.message, user=f"u{number}", at=message.at,
                      edited_at=house.clock.now())  # fmt: skip
        await house.settle()
        house.clock.move(timedelta(minutes=10))
    await house.crash()
    await house.open()
    await house.settle()
    logs = verifiers(signers(house.keys, "locum.test/acme"))
    report = await verify(house.store, "acme", logs=logs)
    assert report.problems == ()
    assert report.looked["rows"] > 50
