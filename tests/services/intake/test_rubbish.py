"""Nothing that a platform delivers stops the intake, on either database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.message import AccountRef, Attachment, Mentions, MessageRef, PlatformName
from tests.services.intake.house import House, author, channel, policies_of

ODD = ("", "\0", "a\0b", "\ud800", "x" * 5_000, "💥" * 70, "~", "\u202e", "'; drop table seen; --")


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_odd_ids_are_stored_like_any_others(house: House, odd: str) -> None:
    where = replace(channel(), id=odd, workspace=odd, thread=odd, category=odd, name=odd)
    who = author(odd, names=(odd,), roles=frozenset({odd}))
    house.say("blockhead", posted=False, channel=where, author=who, reply_author=odd, mentions=Mentions(people=(odd,)))
    message = house.message("nitwit", author=who, channel=where, attachments=(Attachment(id=odd, name=odd),))
    assert house.intake is not None
    ref = MessageRef(platform=PlatformName.DISCORD, workspace=odd, channel=odd, message=odd)
    for _ in range(2):
        house.intake.offer(replace(message, ref=ref))
    await house.settle()
    assert await house.count("seen") == 2
    assert await house.count("decisions") == 2
    assert house.intake.health().failed == 0


@pytest.mark.parametrize("odd", [f"blockhead {odd}" for odd in ODD], ids=range(len(ODD)))
async def test_odd_texts_are_judged_and_sealed(house: House, odd: str) -> None:
    house.say(odd, posted=False)
    await house.settle()
    assert await house.count("decisions") == 1
    assert await house.count("sealed_values") == 1


async def test_a_text_of_a_megabyte_is_judged_and_no_evidence_is_endless(house: House) -> None:
    house.say("blockhead " * 100_000)
    await house.settle()
    (sealed,) = await house.rows("sealed_values")
    assert len(sealed["sealed"]) < 50_000


@pytest.mark.parametrize(
    "at",
    [
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 3, 12, 0),  # noqa: DTZ001 - an adapter that forgets the zone
    ],
)
async def test_absurd_times_are_stored(house: House, at: datetime) -> None:
    for _ in range(2):
        house.say("blockhead", id="x", at=at, edited_at=at)
    house.say("hello")
    await house.settle()
    assert await house.count("seen") == 2
    assert await house.count("decisions") == 1


async def test_an_absurd_time_after_a_restart_harms_nothing(house: House) -> None:
    house.say("hello", at=datetime.min.replace(tzinfo=UTC))
    await house.settle()
    await house.crash()
    await house.open()
    house.say("hello")
    await house.settle()
    assert await house.count("seen") == 2


async def test_a_sanction_that_ends_beyond_the_calendar_never_ends(house: House) -> None:
    await house.crash()
    rules = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: slur, when: {words: [blockhead]}, severity: high, then: [{quarantine: 999999w}]}
"""
    house.policies = policies_of(("guidelines/respect.yaml", rules))
    await house.open()
    house.say("blockhead")
    await house.settle()
    (sanction,) = await house.rows("sanctions")
    assert sanction["until"] is None
    assert await house.count("timers") == 0


async def test_users_without_an_account_are_told_apart_by_their_key(house: House) -> None:
    house.say("hello", author=replace(author("u1"), account=None))
    other = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="u1")
    house.say("hello", author=replace(author("zzz"), account=other))
    await house.settle()
    assert await house.count("accounts") == 1
