"""What is said in threads of cases, read when it is said: staff are named as their cards name them."""

from collections.abc import Collection, Mapping

from bot.cards.thread import Said, ThreadView, thread_begun, thread_ended
from bot.domain.action import Action
from bot.domain.case import Case
from bot.services.showing.case import people_on
from bot.services.showing.viewing import Viewing
from bot.services.staff.governing import govern
from bot.store.cases import read_cases


async def said_in_threads(viewing: Viewing, actions: Collection[Action]) -> Mapping[str, Said]:
    """Return what is said by actions on threads; one whose case is gone is missing."""
    cases = await read_cases(viewing.tx, viewing.community, {one.case for one in actions if one.case is not None})
    into = await read_cases(viewing.tx, viewing.community, {one.merged_into for one in cases.values()} - {None, ""})
    found: dict[str, Said] = {}
    for action in actions:
        case = cases.get(action.case or "")
        if case is None:
            continue
        if action.details.get("opens"):
            asker = await _asker(viewing, str(action.details.get("person", "")))
            holder, _ = await people_on(viewing, case, None)
            found[action.id] = thread_begun(_view(case, asker=asker, holder=holder), viewing.language)
        else:
            other = into.get(case.merged_into or "")
            merged = "" if other is None else other.number
            found[action.id] = thread_ended(_view(case, into=merged), viewing.language)
    return found


def _view(case: Case, *, asker: str = "", holder: str = "", into: str = "") -> ThreadView:
    verdict = "" if case.verdict is None else case.verdict.value
    return ThreadView(case=case.number, asker=asker, holder=holder, verdict=verdict, into=into)


async def _asker(viewing: Viewing, person: str) -> str:
    """Return what somebody is called among staff, with whom they act for; empty for who isn't seated any more."""
    if viewing.policies is None:
        return ""
    roster = (await govern(viewing.tx, viewing.policies)).roster
    found = roster.people.get(person)
    organisation = None if found is None else roster.organisations.get(found.organisation)
    if found is None:
        return ""
    return found.alias if organisation is None else f"{found.alias} ({organisation.name})"
