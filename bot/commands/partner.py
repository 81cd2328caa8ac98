"""`/partner`: whoever leads a partner seats its people, lets them go, and sees how they stand."""

from bot.commands.command import Call, Command, bad_input, option
from bot.commands.times import clock
from bot.commands.unfit import said
from bot.domain.authority import Scope, deny
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.right import Right
from bot.domain.staff import PARTNER_LEAD, Organisation, Person, Phase
from bot.i18n import say
from bot.services.authorising import DeniedError, require
from bot.services.staff import seating
from bot.services.staff.contracts import due_certificates, record_certificate
from bot.services.staff.teaming import Teammate, team_of

_ORGANISATION = option("organisation", OptionKind.ORGANISATION, required=False)


async def _organisation(call: Call, right: Right) -> Organisation:
    """Return the partner that is meant, once authority said yes: the own one, or the one that a lead names."""
    named = call.perhaps("organisation", str)
    own = call.caller.organisation
    wanted = named or ("" if own is None else own.id)
    await require(call.work, call.caller, right, scope=Scope(community=call.work.community, organisation=wanted))
    partners = [one for one in call.work.governance.roster.organisations.values() if not one.is_internal]
    if not named and call.caller.leads:
        if len(partners) != 1:
            raise bad_input("partner.which", organisations=", ".join(sorted(one.id for one in partners)) or "–")
        return partners[0]
    return call.work.governance.roster.organisations[wanted]


async def seat(call: Call) -> Reply:
    """Bring somebody in; they observe at first."""
    organisation = await _organisation(call, Right.SEAT)
    wanted = seating.Wanted(
        member=call.member("account"),
        alias=call.given("alias", str),
        languages=call.perhaps("languages", str) or "",
        only=call.perhaps("only", str) or "",
    )
    with said():
        person = await seating.seat(call.work, call.caller, organisation, wanted)
    return call.answer("partner.seated", alias=person.alias, organisation=organisation.name, person=person.id)


async def unseat(call: Call) -> Reply:
    """Let somebody go whom a lead brought in."""
    person = call.given("person", Person)
    scope = Scope(community=call.work.community, organisation=person.organisation)
    await require(call.work, call.caller, Right.SEAT, scope=scope)
    with said():
        left = await seating.unseat(call.work, call.caller, person)
    return call.answer("partner.unseated", alias=person.alias, cases=left.cases, requests=left.requests)


async def team(call: Call) -> Reply:
    """Show a partner's people and how they stand."""
    organisation = await _organisation(call, Right.TEAM)
    people = await team_of(call.work, organisation)
    seats = None if organisation.contract is None else organisation.contract.seats
    head = say(
        "partner.team" if seats is not None else "partner.team_unlimited",
        call.language,
        organisation=organisation.name,
        count=len(people),
        **({} if seats is None else {"seats": seats}),
    )
    return Reply(text="\n".join([head, *(_line(call, one) for one in people)]))


def _line(call: Call, one: Teammate) -> str:
    said_of = [say(f"lead.level_{one.level.word}", call.language)]
    if one.on_shift_until is not None:
        said_of.append(say("partner.on_shift", call.language, until=clock(call, one.on_shift_until)))
    said_of += [
        say(f"partner.is_{name}", call.language)
        for name, holds in (("absent", one.absent), ("frozen", one.frozen), ("suspended", one.suspended))
        if holds
    ]
    return f"• {one.person.alias} ({one.person.id}): {', '.join(said_of)}"


async def certificate(call: Call) -> Reply:
    """Record that a partner deleted everything after its contract's end, and where that is filed."""
    due = await due_certificates(call.work)
    name = call.perhaps("organisation", str) or await _certifying(call, due)
    await _may_certify(call, name)
    if name not in due:
        raise bad_input("partner.no_certificate_due")
    step = await _recorded(call, name)
    return call.answer("partner.certified", organisation=step)


async def _recorded(call: Call, name: str) -> str:
    with said():
        await record_certificate(call.work, call.caller, name, reference=call.given("reference", str))
    organisation = call.work.governance.roster.organisations.get(name)
    return name if organisation is None else organisation.name


async def _certifying(call: Call, due: list[str]) -> str:
    """Return the partner that is meant where none is named."""
    own = call.caller.organisation
    if not call.caller.leads:
        return "" if own is None else own.id
    if len(due) > 1:
        raise bad_input("partner.which", organisations=", ".join(due))
    return due[0] if due else ""


async def _may_certify(call: Call, name: str) -> None:
    """Raise DeniedError for whoever may not; who led a partner still owes this when all their rights are over."""
    caller = call.caller
    person, organisation, standing = caller.person, caller.organisation, caller.standing
    if person is not None and organisation is not None and standing is not None:
        held = standing.suspended or (standing.frozen_until is not None and call.work.now < standing.frozen_until)
        over = organisation.phase(call.work.now) is Phase.ENDED
        if person.role == PARTNER_LEAD and organisation.id == name and over and not held:
            return
    scope = Scope(community=call.work.community, organisation=name)
    await require(call.work, caller, Right.SEAT, scope=scope)
    if not caller.leads and (organisation is None or organisation.id != name):
        raise DeniedError(deny("partner_leads_only"), Right.SEAT)


COMMANDS: tuple[Command, ...] = (
    Command(
        name="partner.seat",
        audience=Audience.PARTNER_LEADS,
        options=(
            option("account", OptionKind.MEMBER),
            option("alias", OptionKind.TEXT, longest=32),
            option("only", OptionKind.TEXT, required=False, longest=300),
            option("languages", OptionKind.TEXT, required=False, longest=60),
            _ORGANISATION,
        ),
        run=seat,
        right=Right.SEAT,
    ),
    Command(
        name="partner.unseat",
        audience=Audience.PARTNER_LEADS,
        options=(option("person", OptionKind.PERSON),),
        run=unseat,
        right=Right.SEAT,
    ),
    Command(
        name="partner.team",
        audience=Audience.PARTNER_LEADS,
        options=(_ORGANISATION,),
        run=team,
        right=Right.TEAM,
        looks=True,
    ),
    Command(
        name="partner.certificate",
        audience=Audience.PARTNER_LEADS,
        options=(option("reference", OptionKind.TEXT, longest=200), _ORGANISATION),
        run=certificate,
        right=Right.SEAT,
    ),
)
