"""`/lead`: what the community's leads decide about those who moderate; freezing is for everybody on shift."""

from datetime import timedelta

from bot.commands.command import Call, Command, bad_input, option
from bot.commands.times import clock
from bot.commands.unfit import said
from bot.domain.authority import Target, deny
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.right import Right
from bot.domain.staff import FREEZE_FOR, Level, Person, RestraintKind
from bot.i18n import say
from bot.services.authorising import DeniedError, require
from bot.services.staff import levelling, restraining
from bot.services.staff.knowing import seats_of

_WORDS = tuple(level.word for level in Level)
_WHY = option("why", OptionKind.TEXT)
_PERSON = option("person", OptionKind.PERSON)


def _target(person: Person) -> Target:
    return Target(people=(person.id,))


def _human(call: Call, person: Person) -> Target:
    """Return every seat of a human: an account is held as a whole."""
    return Target(people=tuple(one.id for one in seats_of(call.work.governance.roster, person)))


async def freeze(call: Call) -> Reply:
    """Hold a colleague's account: for half an hour, and longer on a lead's word."""
    person, lasts = call.given("person", Person), call.perhaps("for", timedelta) or FREEZE_FOR
    # holding somebody for longer is like suspending them: it takes a lead, and nobody above them is held
    right = Right.FREEZE if lasts <= FREEZE_FOR else Right.SUSPEND
    await require(call.work, call.caller, right, target=_human(call, person))
    with said():
        counts = await restraining.freeze(call.work, call.caller, person, lasts=lasts, why=call.given("why", str))
    return call.answer("lead.frozen", alias=person.alias, until=clock(call, call.work.now + lasts), cases=counts.cases)


async def unfreeze(call: Call) -> Reply:
    """End a freeze before its time."""
    person = call.given("person", Person)
    await require(call.work, call.caller, Right.FREEZE, target=_human(call, person))
    if not call.caller.leads:
        raise DeniedError(deny("leads_only"), Right.FREEZE)
    with said():
        await restraining.release(
            call.work, call.caller, RestraintKind.FREEZE, person=person, why=call.perhaps("why", str) or ""
        )
    return call.answer("lead.unfrozen", alias=person.alias)


async def suspend(call: Call) -> Reply:
    """Let a person or a whole partner do nothing until restored; their cases go to others."""
    person, name = _whom(call)
    why = call.given("why", str)
    if person is not None:
        await require(call.work, call.caller, Right.SUSPEND, target=_target(person))
        with said():
            counts = await restraining.suspend_person(call.work, call.caller, person, why=why)
        whom = person.alias
    else:
        await require(call.work, call.caller, Right.SUSPEND)
        organisation = call.work.governance.roster.organisations[name]
        with said():
            counts = await restraining.suspend_organisation(call.work, call.caller, organisation, why=why)
        whom = organisation.name
    return call.answer(
        "lead.suspended", whom=whom, cases=counts.cases, requests=counts.requests, shifts=counts.shifts
    )  # fmt: skip


async def restore(call: Call) -> Reply:
    """End a suspension; cases don't come back."""
    person, name = _whom(call)
    organisation = call.work.governance.roster.organisations[name] if name else None
    target = Target() if person is None else _target(person)
    await require(call.work, call.caller, Right.SUSPEND, target=target)
    with said():
        await restraining.release(
            call.work,
            call.caller,
            RestraintKind.SUSPENSION,
            person=person,
            organisation=organisation,
            why=call.given("why", str),
        )
    whom = person.alias if person is not None else "" if organisation is None else organisation.name
    return call.answer("lead.restored", whom=whom)


def _whom(call: Call) -> tuple[Person | None, str]:
    """Return the person or the organisation's id that was given: one of both."""
    person, organisation = call.perhaps("person", Person), call.perhaps("organisation", str)
    if (person is None) == (organisation is None):
        raise bad_input("lead.one_of_both")
    return person, organisation or ""


async def level(call: Call) -> Reply:
    """Decide how far somebody is trusted."""
    person, to = call.given("person", Person), Level[call.given("to", str).upper()]
    await require(call.work, call.caller, Right.LEVEL, target=_target(person))
    with said():
        before = await levelling.level(call.work, call.caller, person, to, why=call.given("why", str))
    return call.answer(
        "lead.levelled",
        alias=person.alias,
        before=say(f"lead.level_{before.word}", call.language),
        level=say(f"lead.level_{to.word}", call.language),
    )


COMMANDS: tuple[Command, ...] = (
    Command(
        name="lead.level",
        audience=Audience.LEADS,
        options=(_PERSON, option("to", OptionKind.CHOICE, choices=_WORDS), _WHY),
        run=level,
        right=Right.LEVEL,
    ),
    Command(
        name="lead.freeze",
        audience=Audience.MODERATORS,
        options=(_PERSON, _WHY, option("for", OptionKind.DURATION, required=False)),
        run=freeze,
        right=Right.FREEZE,
    ),
    Command(
        name="lead.unfreeze",
        audience=Audience.LEADS,
        options=(_PERSON, option("why", OptionKind.TEXT, required=False)),
        run=unfreeze,
        right=Right.FREEZE,
    ),
    Command(
        name="lead.suspend",
        audience=Audience.LEADS,
        options=(
            _WHY,
            option("person", OptionKind.PERSON, required=False),
            option("organisation", OptionKind.ORGANISATION, required=False),
        ),
        run=suspend,
        right=Right.SUSPEND,
    ),
    Command(
        name="lead.restore",
        audience=Audience.LEADS,
        options=(
            _WHY,
            option("person", OptionKind.PERSON, required=False),
            option("organisation", OptionKind.ORGANISATION, required=False),
        ),
        run=restore,
        right=Right.SUSPEND,
    ),
)
