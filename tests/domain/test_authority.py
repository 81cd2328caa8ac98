"""What authority says where a table can't: instants, delegations, approvals, budgets, automation, and broken glass."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.actor import OPERATOR, Actor, ActorKind, automation, scheduler
from bot.domain.authority import Allow, Ask, Deny, Ruling, decide
from bot.domain.budget import Budget, Spent
from bot.domain.governance import Governance
from bot.domain.message import PlatformName
from bot.domain.order import Order
from bot.domain.right import Deed, Permission, Right
from bot.domain.ruling import NOBODY, Facts, Scope, Target
from bot.domain.severity import Severity
from bot.domain.staff import PARTNER_LEAD, Delegation, Level, Organisation, Person, Roster
from tests.domain.authority_world import (
    CASE,
    DAY,
    END,
    GOVERNANCE,
    HELP,
    HOUR,
    NIGHT,
    NOON,
    ROSTER,
    TEAM,
    actor,
    facts,
    mandate,
    organisation,
    person,
    shift,
    standing,
)

EVERYBODY = tuple(ROSTER.people.values())
TICK = timedelta(microseconds=1)
MEMBER = Target(account="m")


def ruling(who: str, right: Right, *, scope: Scope = HELP, target: Target = MEMBER, lasts: timedelta | None = None,
           now: datetime = NOON, known: Facts | None = None) -> Ruling:  # fmt: skip
    return decide(actor(who), Deed(right=right, lasts=lasts), target, scope, now, known or facts(who))


def code(found: Ruling) -> str:
    assert isinstance(found, Deny), found
    return found.code


def asked(found: Ruling) -> Ask:
    assert isinstance(found, Ask), found
    return found


def governed(
    *organisations: Organisation, people: Sequence[Person] = EVERYBODY, asked_elsewhere: frozenset[Right] = frozenset()
) -> Governance:
    held = {**ROSTER.organisations, **{one.id: one for one in organisations}}
    roster = Roster(organisations=held, people={one.id: one for one in people})
    return replace(GOVERNANCE, roster=roster, by_another_organisation=asked_elsewhere)


def test_nothing_crosses_communities() -> None:
    assert code(ruling("ada", Right.APPROVE, scope=Scope(community="other"))) == "other_community"


@pytest.mark.parametrize("who", [OPERATOR, scheduler("expire"), Actor(kind=ActorKind.PERSON, who="nobody")])
def test_nobody_outside_the_roster_may_do_anything(who: Actor) -> None:
    assert isinstance(decide(who, Deed(right=Right.VIEW), NOBODY, HELP, NOON, facts()), Deny)


def test_somebody_who_changed_organisation_doesnt_act_for_the_old_one() -> None:
    moved = replace(actor("robin"), organisation="dawn")
    assert code(decide(moved, Deed(right=Right.DELETE), MEMBER, HELP, NOON, facts())) == "not_staff"


def test_a_shift_counts_from_its_first_instant_and_not_at_its_last() -> None:
    own = shift("robin", "night", start=NOON, until=NOON + HOUR)
    known = facts(standing=standing("robin", shift=own))
    assert isinstance(ruling("robin", Right.DELETE, known=known), Allow)
    assert isinstance(ruling("robin", Right.DELETE, known=known, now=NOON + HOUR - TICK), Allow)
    assert code(ruling("robin", Right.DELETE, known=known, now=NOON + HOUR)) == "no_shift"
    assert code(ruling("robin", Right.DELETE, known=known, now=NOON - TICK)) == "no_shift"


def test_a_freeze_holds_until_its_last_instant_and_not_at_it() -> None:
    known = facts(standing=standing("robin", frozen_until=NOON + HOUR))
    assert code(ruling("robin", Right.MAY, known=known, now=NOON + HOUR - TICK)) == "frozen"
    assert isinstance(ruling("robin", Right.MAY, known=known, now=NOON + HOUR), Allow)


def test_a_mandate_holds_from_its_first_instant_and_not_at_its_last() -> None:
    dated = organisation("night", mandate(start=NOON, end=NOON + HOUR))
    known = facts(governance=governed(dated))
    for now, held in ((NOON - TICK, False), (NOON, True), (NOON + HOUR - TICK, True), (NOON + HOUR, False)):
        found = ruling("robin", Right.DELETE, known=known, now=now)
        assert isinstance(found, Allow) is held, now


def test_whoever_is_suspended_may_do_nothing_an_owner_with_broken_glass_included() -> None:
    known = facts("ada", standing=standing("ada", suspended=True, override_until=NOON + HOUR))
    assert code(ruling("ada", Right.BAN, known=known)) == "suspended"


def test_a_human_with_two_seats_acts_only_in_a_shift_that_names_which() -> None:
    off = facts(standing=standing("robin", on_shift=False), seats=2)
    assert code(ruling("robin", Right.VIEW, known=off)) == "which_organisation"
    assert isinstance(ruling("robin", Right.SHIFT, known=off), Allow)
    assert isinstance(ruling("robin", Right.DELETE, known=facts(seats=2)), Allow)


def test_one_accounts_seats_are_one_human_however_the_workspace_is_spelt() -> None:
    twin = person("twin", "dawn", accounts={PlatformName.DISCORD: ("W1", "robin")})
    known = facts(governance=governed(people=(*ROSTER.people.values(), twin)))
    assert code(ruling("robin", Right.DELETE, target=Target(people=("twin",)), known=known)) == "oneself"


def test_languages_that_somebody_doesnt_speak_are_out_of_reach() -> None:
    people = (*(one for one in ROSTER.people.values() if one.id != "robin"),
              person("robin", "night", languages=frozenset({"de"})))  # fmt: skip
    known = facts(governance=governed(people=people))
    assert (
        code(ruling("robin", Right.DELETE, scope=replace(HELP, languages=frozenset({"en"})), known=known)) == "language"
    )
    both = replace(HELP, languages=frozenset({"de", "en"}))
    assert isinstance(ruling("robin", Right.DELETE, scope=both, known=known), Allow)


def test_a_partner_whose_role_is_called_lead_leads_nothing() -> None:
    bold = organisation("night", mandate(role="lead"))
    people = (*(one for one in ROSTER.people.values() if one.id != "robin"), person("robin", "night", "lead"))
    known = facts(governance=governed(bold, people=people))
    own_queue = Scope(community="acme", queue="", severity=Severity.LOW)
    assert code(ruling("robin", Right.VIEW, scope=own_queue, known=known)) == "queue"
    assert code(ruling("robin", Right.APPROVE, known=known)) == "leads_only"


def test_somebody_of_the_team_called_partner_lead_holds_no_others_mandates() -> None:
    people = (*(one for one in ROSTER.people.values() if one.id != "mo"), person("mo", "internal", PARTNER_LEAD))
    known = facts("mo", governance=governed(people=people))
    assert code(ruling("mo", Right.BAN, known=known)) == "no_mandate"
    assert code(ruling("mo", Right.SEAT, known=known)) == "partner_leads_only"


def test_a_queue_that_the_policies_dont_describe_is_the_teams() -> None:
    stray = Scope(community="acme", queue="forgotten", severity=Severity.LOW)
    assert isinstance(ruling("mo", Right.VIEW, scope=stray, known=facts("mo")), Allow)
    assert code(ruling("robin", Right.VIEW, scope=stray)) == "queue"


def test_a_case_about_a_partners_people_is_for_nobody_of_theirs() -> None:
    about = replace(CASE, about=frozenset({"robin"}))
    assert code(ruling("heron", Right.VIEW, scope=about, known=facts("heron"))) == "about_you"
    assert isinstance(ruling("mo", Right.VIEW, scope=about, known=facts("mo")), Allow)
    assert (
        code(ruling("mo", Right.VIEW, scope=replace(CASE, about=frozenset({"mo"})), known=facts("mo"))) == "about_you"
    )


def test_containing_is_for_an_hour_at_most_and_needs_a_shift() -> None:
    grave = replace(CASE, severity=Severity.CRITICAL)
    assert isinstance(ruling("robin", Right.TIMEOUT, scope=grave, lasts=HOUR), Allow)
    assert code(ruling("robin", Right.TIMEOUT, scope=grave, lasts=HOUR + TICK)) == "severity"
    assert code(ruling("robin", Right.TIMEOUT, scope=grave)) == "too_long"
    loose = organisation("night", mandate(on_shift_only=False, contain=Permission(right=Right.TIMEOUT)))
    known = facts(governance=governed(loose))
    assert code(ruling("robin", Right.TIMEOUT, scope=grave, lasts=2 * HOUR, known=known)) == "severity"
    off = replace(known, standing=standing("robin", on_shift=False))
    assert code(ruling("robin", Right.TIMEOUT, scope=grave, lasts=HOUR, known=off)) == "severity"


def test_what_holds_meanwhile_is_never_stronger_or_longer_than_what_is_asked() -> None:
    supervised = facts(standing=standing("robin", level=Level.SUPERVISED))
    short = asked(ruling("robin", Right.TIMEOUT, lasts=2 * HOUR, known=supervised))
    assert short.interim == Permission(right=Right.TIMEOUT, up_to=2 * HOUR)
    grave = asked(ruling("robin", Right.TIMEOUT, scope=replace(CASE, severity=Severity.CRITICAL), lasts=HOUR,
                         known=supervised))  # fmt: skip
    assert grave.interim == Permission(right=Right.TIMEOUT, up_to=HOUR)
    stern = organisation("night", mandate(meanwhile=Permission(right=Right.QUARANTINE)))
    milder = asked(ruling("robin", Right.TIMEOUT, lasts=DAY, known=replace(supervised, governance=governed(stern))))
    assert milder.interim is None
    assert asked(ruling("robin", Right.BAN)).interim == Permission(right=Right.TIMEOUT, up_to=DAY)


def test_a_delegated_part_leaves_nothing_out_of_its_limits() -> None:
    only = Delegation(may=(Permission(right=Right.DELETE), Permission(right=Right.BAN, up_to=DAY)))
    people = (*(one for one in ROSTER.people.values() if one.id != "wren"), person("wren", "night", only=only))
    known = facts("wren", governance=governed(people=people))
    assert isinstance(ruling("wren", Right.DELETE, known=known), Allow)
    # neither what is contained nor what is asked for comes back in by the side
    assert code(ruling("wren", Right.TIMEOUT, lasts=HOUR, known=known)) == "no_power"
    assert code(ruling("wren", Right.BAN, known=known)) == "no_power"


def test_a_seat_with_a_part_of_its_rights_seats_nobody() -> None:
    people = (*ROSTER.people.values(), person("tern", "night", PARTNER_LEAD, only=Delegation(may=())))
    known = Facts(community="acme", governance=governed(people=people), standing=standing("robin"))
    tern = Actor(kind=ActorKind.PERSON, who="tern", organisation="night")
    assert code(decide(tern, Deed(right=Right.SEAT), NOBODY, HELP, NOON, known)) == "partner_leads_only"


def test_a_partners_lead_seats_people_of_the_own_organisation_alone() -> None:
    heron = facts("heron", standing=standing("heron", on_shift=False))
    assert isinstance(ruling("heron", Right.SEAT, scope=replace(HELP, organisation="night"), known=heron), Allow)
    assert (
        code(ruling("heron", Right.SEAT, scope=replace(HELP, organisation="dawn"), known=heron)) == "partner_leads_only"
    )


def test_a_partner_lifts_what_it_decided_and_what_a_rule_did_and_nothing_else() -> None:
    mine = (("", ""), ("robin", "night"), ("wren", "night"))
    for doer, doer_for in (*mine, ("onda", "dawn"), ("mo", "internal"), ("heron", "night")):
        found = ruling("robin", Right.LIFT, scope=replace(CASE, doer=doer, doer_for=doer_for))
        assert isinstance(found, Allow) is ((doer, doer_for) in mine), doer
    assert isinstance(
        ruling("lee", Right.LIFT, scope=replace(CASE, doer="onda", doer_for="dawn"), known=facts("lee")), Allow
    )
    assert (
        code(ruling("mo", Right.LIFT, scope=replace(CASE, doer="lee", doer_for="internal"), known=facts("mo")))
        == "not_yours"
    )


def test_nobody_approves_what_they_asked_for_themselves() -> None:
    for who, doer, doer_for, another, expected in (
        ("lee", "lee", "internal", False, "own_request"),
        ("lee", "mo", "internal", True, "own_organisation"),
        ("lee", "mo", "internal", False, ""),
        ("lee", "robin", "night", True, ""),
    ):
        scope = Scope(community="acme", organisation="internal", doer=doer, doer_for=doer_for, another=another)
        found = ruling(who, Right.APPROVE, scope=scope, known=facts(who))
        assert (found.code if isinstance(found, Deny) else "") == expected, (who, doer)


def test_the_lead_of_a_partner_that_is_asked_approves_and_nobody_else_of_it_does() -> None:
    scope = Scope(community="acme", organisation="night", doer="mo", doer_for="internal", another=True)
    assert isinstance(ruling("heron", Right.APPROVE, scope=scope, known=facts("heron")), Allow)
    assert code(ruling("robin", Right.APPROVE, scope=scope)) == "leads_only"
    assert code(ruling("gull", Right.APPROVE, scope=scope, known=facts("gull"))) == "leads_only"
    assert (
        code(ruling("heron", Right.APPROVE, scope=replace(scope, organisation=""), known=facts("heron")))
        == "leads_only"
    )


def test_what_needs_another_organisation_is_asked_for_whatever_a_partners_mandate_says() -> None:
    free = organisation("night", mandate(may=(Permission(right=Right.BAN),), asks={}))
    known = facts(governance=governed(free, asked_elsewhere=frozenset({Right.BAN})))
    assert asked(ruling("robin", Right.BAN, known=known)).whom == "internal"
    itself = organisation("night", mandate(asks={Right.BAN: "night"}))
    assert asked(ruling("robin", Right.BAN, known=facts(governance=governed(itself)))).whom == "night"
    both = facts(governance=governed(itself, asked_elsewhere=frozenset({Right.BAN})))
    assert asked(ruling("robin", Right.BAN, known=both)).whom == "internal"


def test_an_organisation_whose_contract_is_over_is_asked_for_nothing() -> None:
    over = replace(NIGHT, contract=replace(NIGHT.contract, end=NOON)) if NIGHT.contract else NIGHT
    dawn = organisation("dawn", mandate(asks={Right.BAN: "night"}))
    known = facts("onda", governance=governed(over, dawn))
    assert asked(ruling("onda", Right.BAN, known=known)).whom == "internal"


def test_an_hijacked_account_cannot_freeze_those_who_could_stop_it() -> None:
    for who, expected in (("lee", "rank"), ("mo", "rank"), ("heron", "rank"), ("onda", "rank")):
        assert code(ruling("robin", Right.FREEZE, target=Target(people=(who,)))) == expected
    assert isinstance(ruling("robin", Right.FREEZE, target=Target(people=("wren",))), Allow)


def test_broken_glass_reaches_everywhere_but_not_everybody_and_not_for_long() -> None:
    known = facts("ada", standing=standing("ada", on_shift=False, override_until=NOON + HOUR))
    nowhere = Scope(community="acme", channel="")
    assert ruling("ada", Right.BAN, scope=nowhere, known=known) == Allow(mandate="break_glass")
    assert isinstance(ruling("ada", Right.BAN, scope=nowhere, known=known, now=NOON + HOUR), Deny)
    assert code(ruling("ada", Right.BAN, target=Target(protected=True), known=known)) == "protected"
    assert code(ruling("ada", Right.BAN, target=Target(people=("lee",)), known=known)) == "colleague"
    assert code(ruling("ada", Right.VIEW, scope=replace(CASE, about=frozenset({"ada"})), known=known)) == "about_you"
    lead = facts("lee", standing=standing("lee", override_until=NOON + HOUR))
    assert code(ruling("lee", Right.BAN, scope=nowhere, known=lead)) == "channel"


FULL = (Spent(budget=Budget(limit=5, within=HOUR), used=5),)
LONG_GONE = (Spent(budget=Budget(limit=5, within=HOUR), used=10),)


def test_a_spent_budget_turns_a_yes_into_a_question_without_anything_meanwhile() -> None:
    assert isinstance(ruling("robin", Right.DELETE, known=facts(spent=(replace(FULL[0], used=4),))), Allow)
    assert ruling("robin", Right.DELETE, known=facts(spent=FULL)) == Ask(
        whom="internal", code="budget", mandate="night"
    )
    # what holds meanwhile would be the same harm by another name
    assert ruling("robin", Right.BAN, known=facts(spent=FULL)) == Ask(whom="internal", code="budget", mandate="night")


def test_the_only_one_on_duty_keeps_what_can_be_taken_back_within_the_hour() -> None:
    known = facts(spent=LONG_GONE, alone_on_duty=True)
    assert isinstance(ruling("robin", Right.DELETE, known=known), Allow)
    assert isinstance(ruling("robin", Right.TIMEOUT, lasts=HOUR, known=known), Allow)
    assert code(ruling("robin", Right.TIMEOUT, lasts=DAY, known=known)) == "overrun"
    assert code(ruling("robin", Right.BAN, lasts=HOUR, known=known)) == "overrun"
    assert asked(ruling("robin", Right.BAN, known=facts(spent=FULL, alone_on_duty=True))).code == "budget"
    off = replace(known, standing=standing("lee", on_shift=False))
    assert asked(ruling("lee", Right.DELETE, known=off)).code == "budget"


def test_automation_does_what_its_mandate_says_within_its_budgets() -> None:
    def rule(
        right: Right, *, lasts: timedelta | None = None, target: Target = MEMBER, spent: tuple[Spent, ...] = ()
    ) -> Ruling:
        return decide(automation("a/b"), Deed(right=right, lasts=lasts), target, HELP, NOON, facts(spent=spent))

    assert isinstance(rule(Right.DELETE), Allow)
    assert isinstance(rule(Right.TIMEOUT, lasts=DAY), Allow)
    assert code(rule(Right.TIMEOUT, lasts=DAY + TICK)) == "too_long"
    assert code(rule(Right.TIMEOUT)) == "too_long"
    assert code(rule(Right.KICK)) == "no_power"
    assert asked(rule(Right.BAN)).code == "asks"
    assert asked(rule(Right.DELETE, spent=FULL)).code == "budget"
    for staff in (Target(protected=True), Target(people=("robin",))):
        assert code(rule(Right.TIMEOUT, lasts=HOUR, target=staff)) == "protected"
        assert code(rule(Right.BAN, target=staff)) == "protected"
        assert isinstance(rule(Right.DELETE, target=staff), Allow)


def test_ending_what_was_set_for_a_while_takes_no_longer_permission_than_setting_it() -> None:
    timed = organisation("night", mandate(may=(Permission(right=Right.RAID_MODE, up_to=HOUR),)))
    known = facts(governance=governed(timed))
    closing, opening = Order(right=Right.RAID_MODE), Order(right=Right.RAID_MODE, on=False)
    assert code(decide(actor("robin"), closing.deed, NOBODY, HELP, NOON, known)) == "too_long"
    assert isinstance(decide(actor("robin"), opening.deed, NOBODY, HELP, NOON, known), Allow)


def test_nothing_is_possible_at_the_very_end_of_a_contract() -> None:
    known = facts("heron", standing=standing("heron", shift=shift("heron", "night", until=END + DAY)))
    assert code(ruling("heron", Right.TEAM, known=known, now=END)) == "contract_ended"
    assert TEAM.phase(END).value == "running"
