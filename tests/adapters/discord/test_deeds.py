"""Entries of Discord's audit log become what was done outside Locum, and nothing that they don't say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.discord.deeds import deeds_of
from adapters.discord.snowflakes import made_at
from adapters.discord.translate import account_ref
from bot.domain.message import PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed, DeedKind
from bot.domain.place import Stream
from bot.domain.sanction import FREE, Standing

SERVER, BOT, STAFF, MEMBER, QUARANTINE = "41771983423143937", "1", "53908232506183680", "80351110224678912", "5002"
ENTRY = "1234567890123456789"
AT = made_at(ENTRY)


def place(channel: str) -> Stream:
    return Stream(platform=PlatformName.DISCORD, workspace=SERVER, channel=channel)


def read(kind: int, **said: Any) -> list[Deed]:
    entry = {"id": ENTRY, "action_type": kind, "user_id": STAFF, "target_id": MEMBER, **said}
    return list(deeds_of(SERVER, entry, own=BOT, quarantine=QUARANTINE, place=place))


def test_a_ban_and_its_end_are_standings_of_the_member() -> None:
    (ban,), (unban,) = read(22, reason="spam"), read(23)
    assert (ban.kind, ban.sanction, ban.standing) == (DeedKind.STANDING, OutcomeKind.BAN, Standing(held=True))
    assert (unban.sanction, unban.standing) == (OutcomeKind.BAN, FREE)
    assert ban.by == account_ref(SERVER, STAFF)
    assert ban.member == account_ref(SERVER, MEMBER)
    assert (ban.id, ban.at) == (ENTRY, AT)


def test_a_kick_is_of_one_and_a_prune_of_as_many_as_discord_says() -> None:
    (kick,) = read(20)
    (prune,) = read(21, target_id=None, options={"delete_member_days": "7", "members_removed": "12"})
    assert (kick.kind, kick.count, kick.member) == (DeedKind.KICK, 1, account_ref(SERVER, MEMBER))
    assert (prune.kind, prune.count, prune.member) == (DeedKind.KICK, 12, None)


def test_a_timeout_has_the_end_that_was_set() -> None:
    until = (AT + timedelta(hours=1)).isoformat()
    (deed,) = read(24, changes=[{"key": "communication_disabled_until", "new_value": until}])
    assert (deed.sanction, deed.standing) == (OutcomeKind.TIMEOUT, Standing(held=True, until=AT + timedelta(hours=1)))


@pytest.mark.parametrize("now", [{}, {"new_value": None}, {"new_value": datetime(2020, 1, 1, tzinfo=UTC).isoformat()}])
def test_a_timeout_without_an_end_or_with_a_past_one_was_lifted(now: dict[str, Any]) -> None:
    change = {"key": "communication_disabled_until", "old_value": "2030-01-01T00:00:00+00:00", **now}
    (deed,) = read(24, changes=[change])
    assert deed.standing == FREE


def test_a_nickname_and_a_muted_microphone_are_no_moderation_that_is_noted() -> None:
    assert read(24, changes=[{"key": "nick", "old_value": "a", "new_value": "b"}]) == []
    assert read(24, changes=[{"key": "mute", "old_value": False, "new_value": True}]) == []


def test_roles_that_were_given_and_taken_are_named_by_their_ids() -> None:
    (deed,) = read(25, changes=[
        {"key": "$add", "new_value": [{"id": "7", "name": "friend"}]},
        {"key": "$remove", "new_value": [{"id": "8", "name": "foe"}]},
    ])  # fmt: skip
    assert (deed.kind, deed.given, deed.taken) == (DeedKind.ROLES, frozenset({"7"}), frozenset({"8"}))


def test_the_role_of_who_is_quarantined_is_a_standing_beside_the_other_roles() -> None:
    given = [{"id": QUARANTINE, "name": "quarantine"}, {"id": "7", "name": "friend"}]
    standing, roles = read(25, changes=[{"key": "$add", "new_value": given}])
    assert (standing.sanction, standing.standing) == (OutcomeKind.QUARANTINE, Standing(held=True))
    assert (roles.kind, roles.given) == (DeedKind.ROLES, frozenset({"7"}))
    assert standing.id != roles.id
    (lifted,) = read(25, changes=[{"key": "$remove", "new_value": given[:1]}])
    assert lifted.standing == FREE


def test_whoever_changes_their_own_roles_changes_no_standing() -> None:
    (own,) = read(25, user_id=MEMBER, changes=[{"key": "$remove", "new_value": [{"id": QUARANTINE, "name": "held"}]}])
    assert (own.kind, own.by, own.taken) == (DeedKind.ROLES, own.member, frozenset({QUARANTINE}))


def test_deletions_name_their_channel_and_how_many_there_were() -> None:
    (one,) = read(72, options={"channel_id": "900", "count": "3"})
    (bulk,) = read(73, target_id="901", options={"count": "50"})
    assert (one.kind, one.stream, one.count, one.member) == (
        DeedKind.DELETION, place("900"), 3, account_ref(SERVER, MEMBER),
    )  # fmt: skip
    assert (bulk.stream, bulk.count, bulk.member) == (place("901"), 50, None)


def test_what_the_bot_itself_did_is_left_out() -> None:
    assert [read(kind, user_id=BOT) for kind in (20, 21, 22, 23, 24, 25, 72, 73)] == [[]] * 8


def test_who_did_it_stays_open_where_discord_does_not_say() -> None:
    (deed,) = read(22, user_id=None, target_id=None)
    assert (deed.by, deed.member) == (None, None)


def test_what_is_no_moderation_tells_of_nothing() -> None:
    assert [read(kind) for kind in (1, 10, 26, 40, 110, 143)] == [[]] * 6


@pytest.mark.parametrize("said", ["", "many", "-3", "9" * 10, "9" * 5_000])
def test_a_count_that_nobody_could_believe_is_one(said: str) -> None:
    (one,) = read(72, options={"channel_id": "900", "count": said})
    assert one.count == 1
