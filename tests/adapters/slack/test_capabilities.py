"""What Slack leaves to people, what is put together, and what it has nothing for, with and without an admin's token."""

from adapters.slack.capabilities import expected
from bot.domain.capability import Ability, Way


def ways(*, admin: bool) -> dict[Ability, Way]:
    return {one.ability: one.way for one in expected(admin=admin)}


def test_every_ability_is_said_once() -> None:
    for admin in (True, False):
        assert [one.ability for one in expected(admin=admin)] == list(Ability)


def test_an_admin_token_is_what_deletes_others_messages() -> None:
    with_admin, alone = ways(admin=True), ways(admin=False)
    assert (with_admin[Ability.DELETE], alone[Ability.DELETE]) == (Way.DIRECT, Way.MANUAL)
    assert {one for one in Ability if with_admin[one] is not alone[one]} == {Ability.DELETE}


def test_accounts_are_deactivated_by_hand_whoever_the_token_is_of() -> None:
    assert {ways(admin=admin)[Ability.BAN] for admin in (True, False)} == {Way.MANUAL}


def test_whatever_is_in_the_way_of_something_is_said() -> None:
    for admin in (True, False):
        for one in expected(admin=admin):
            assert bool(one.cause) == (one.way in (Way.MANUAL, Way.MISSING)), one
