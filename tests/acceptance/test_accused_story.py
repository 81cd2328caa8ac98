"""Somebody who moderates is accused, and partners learn nothing of each other."""

import pytest

from bot.domain.command import Reply
from bot.store.engine import Store
from tests.acceptance.stages import BY_EVERY_DOOR, on_stage
from tests.stage.stage import Stage

pytestmark = [pytest.mark.usefixtures("door"), BY_EVERY_DOOR]


def shown(reply: Reply) -> str:
    """Return everything that a reply lets somebody see."""
    parts = [reply.text]
    if reply.card is not None:
        card = reply.card
        parts += [card.title, card.text, *(f"{one.label} {one.value}" for one in card.fields)]
        parts += [f"{one.author} {one.text}" for one in card.quotes] + [one.action for one in card.buttons]
        parts += [f"{value} {label}" for choice in card.choices for value, label in choice.options]
    if reply.form is not None:
        parts += [reply.form.title, reply.form.action]
    return "\n".join(parts)


async def test_a_case_about_a_moderator_is_invisible_to_them_and_their_organisation(store: Store) -> None:
    async with on_stage(store) as stage:
        reported = await stage.give("u1", "everyone.report", member=stage.member("robin"), statement="he mocks people")
        assert reported.done, reported.text
        (case,) = await stage.rows("cases", about="moderator")
        assert case["about_person"] == "robin"
        for who in ("robin", "heron", "merle"):
            await stage.give(who, "shift.start")
            for reply in (
                await stage.give(who, "case.list"),
                await stage.give(who, "case.show", case=case["number"]),
                await stage.give(who, "case.next"),
                await stage.give(who, "case.note", case=case["number"], text="hm", visible_to="everyone"),
            ):
                assert case["number"] not in shown(reply).replace(f"‘{case['number']}’", ""), (who, shown(reply))
        unknown = await stage.give("robin", "case.show", case="ZZZZZZ")
        hidden = await stage.give("robin", "case.show", case=case["number"])
        assert unknown.text.replace("ZZZZZZ", "") == hidden.text.replace(case["number"], "")
        told = await stage.rows("tellings")
        assert not {row["whom"] for row in told} & {"person:robin", "person:heron", "person:merle"}
        seen = await stage.give("lee", "case.show", case=case["number"])
        assert case["number"] in shown(seen)


async def test_nobody_acts_on_a_member_who_complains_about_them(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("u1", "everyone.report", member=stage.member("robin"), statement="he mocks people")
        await stage.give("robin", "shift.start")
        reply = await stage.give("robin", "mod.warn", member=stage.member("u1"), guideline="respect")
        assert not reply.done
        assert (await stage.entries("refused"))[-1]["details"]["reason"] == "complaint"


async def _partners_at_work(stage: Stage) -> None:
    await stage.give("robin", "shift.start")
    await stage.say("you blockhead", user="u1")
    await stage.say("get freecoins", user="u2")
    await stage.give("robin", "case.next")
    await stage.give("robin", "mod.timeout", member=stage.member("u2"), for_="1h", guideline="respect")
    await stage.give("robin", "mod.ban", member=stage.member("u2"), guideline="respect")
    await stage.give("onda", "shift.start")


async def test_partner_a_learns_nothing_of_partner_b(store: Store) -> None:
    async with on_stage(store) as stage:
        await _partners_at_work(stage)
        (hate,) = await stage.rows("cases", queue="hate")
        member = stage.member("u2")
        replies = [
            await stage.give("onda", "case.list"),
            await stage.give("onda", "case.next"),
            await stage.give("onda", "case.show", case=hate["number"]),
            await stage.give("onda", "mod.member", member=member),
            await stage.give("onda", "mod.may"),
            await stage.give("onda", "mod.warn", member=stage.member("robin"), guideline="respect"),
            await stage.give("gaivota", "partner.team"),
            await stage.give("gaivota", "partner.activity", since="1d"),
            await stage.give("gaivota", "partner.team", organisation="nightwatch"),
            await stage.give("onda", "lead.activity", since="1d"),
        ]
        for reply in replies:
            said = shown(reply).replace("‘nightwatch’", "")
            for secret in ("Robin", "robin", "Nightwatch", "nightwatch", "Merle", "Heron", "night-moderation"):
                assert secret not in said, (secret, said)


async def test_what_a_rule_finds_about_a_moderator_is_hidden_from_them_too(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.give("merle", "shift.start")
        await stage.say("you blockhead", user="robin")
        await stage.say("you blockhead", user="lee")
        of_partner, of_team = sorted(await stage.rows("cases"), key=lambda row: row["opened_at"])
        assert (of_partner["about_person"], of_team["about_person"]) == ("robin", "lee")
        for who in ("robin", "merle"):
            listed = await stage.give(who, "case.list")
            assert of_partner["number"] not in shown(listed)
        assert of_team["number"] not in shown(await stage.give("lee", "case.list"))
        assert of_team["number"] in shown(await stage.give("ada", "case.list"))
        assert not [card for card in stage.cards() if of_team["number"] in card.title]
