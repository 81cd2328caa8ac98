"""`/lead review`: second looks at what sampled people did."""

from bot.cards.review import ReviewView, review_card
from bot.commands.command import Call, Command, bad_input
from bot.commands.unfit import said
from bot.domain.card import Card
from bot.domain.command import Audience, Reply
from bot.domain.right import Right
from bot.i18n import say
from bot.services.authorising import require
from bot.services.staff.reviewing import RIGHT, WRONG, review, waiting_review
from bot.store.reviews import Review


async def show_next(call: Call) -> Reply:
    """Show what has waited longest for a second look."""
    await require(call.work, call.caller, Right.ACCOUNT)
    return await _next(call)


async def is_right(call: Call) -> Reply:
    """Say that a decision was right."""
    return await _reviewed(call, RIGHT)


async def is_wrong(call: Call) -> Reply:
    """Say that a decision was wrong."""
    return await _reviewed(call, WRONG)


async def _reviewed(call: Call, result: str) -> Reply:
    await require(call.work, call.caller, Right.ACCOUNT)
    subject = call.perhaps("subject", str)
    if not subject:
        raise bad_input("review.gone")
    with said():
        await review(call.work, call.caller, subject, result)
    return await _next(call, before=f"review.noted_{result}")


async def _next(call: Call, before: str = "") -> Reply:
    found, count = await waiting_review(call.work, call.caller)
    waiting = say("review.waiting" if count else "review.none", call.language, count=count)
    text = f"{say(before, call.language)} {waiting}" if before else waiting
    return Reply(text=text, card=None if found is None else _card(call, found))


def _card(call: Call, found: Review) -> Card:
    roster = call.work.governance.roster
    person, organisation = roster.people.get(found.person), roster.organisations.get(found.organisation)
    alias = found.person if person is None else person.alias
    name = found.organisation if organisation is None else organisation.name
    view = ReviewView(
        review=found.id,
        decision=found.decision,
        who=f"{alias} ({name})",
        case=found.number,
        rules=found.rules,
        outcomes=found.outcomes,
        severity=found.severity,
    )
    return review_card(view, call.language)


COMMANDS: tuple[Command, ...] = (
    Command(name="lead.review", audience=Audience.LEADS, run=show_next, right=Right.ACCOUNT, looks=True),
    Command(name="review.right", audience=Audience.LEADS, run=is_right, right=Right.ACCOUNT, typed=False),
    Command(name="review.wrong", audience=Audience.LEADS, run=is_wrong, right=Right.ACCOUNT, typed=False),
)
