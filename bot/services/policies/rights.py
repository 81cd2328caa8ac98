"""What differs in who may do what: whatever gives somebody more is marked; what nobody thought of counts as more."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.domain.budget import Budget
from bot.domain.escalation import Escalations
from bot.domain.governance import Automation, Governance, Queue
from bot.domain.message import PlatformName
from bot.domain.right import Permission, Right
from bot.domain.staff import LEAD, OWNER, PARTNER_LEAD, Organisation, Person
from bot.services.policies.line import Line, Widens, always, both, keys_that_differ, never, whole

Budgets = Mapping[Right, tuple[Budget, ...]]

_RANKS = {OWNER: 3, LEAD: 2, PARTNER_LEAD: 1}


def gains(before: Collection[Any], after: Collection[Any]) -> bool:
    """Return whether anything was added."""
    return bool(set(after) - set(before))


def loses(before: Collection[Any], after: Collection[Any]) -> bool:
    """Return whether anything was taken away: a limit, a protection."""
    return gains(after, before)


def rises(before: Any, after: Any) -> bool:
    """Return whether a value that may be absent rose; None stands for none."""
    return after is not None and (before is None or after > before)


def loosens(before: Any, after: Any) -> bool:
    """Return whether a limit that may be absent rose; None stands for without limit."""
    return before is not None and (after is None or after > before)


def _starts_earlier(before: datetime | None, after: datetime | None) -> bool:
    return before is not None and (after is None or after < before)


def _falls(before: Any, after: Any) -> bool:
    return bool(after < before)


def permits_more(before: Permission | Collection[Permission] | None, after: Any) -> bool:
    """Return whether a deed is permitted that wasn't."""
    was, now = (_listed(one) for one in (before, after))
    return any(not any(one.covers(new.right, new.up_to) or one == new for one in was) for new in now)


def _listed(permissions: Permission | Collection[Permission] | None) -> Collection[Permission]:
    if permissions is None:
        return ()
    return (permissions,) if isinstance(permissions, Permission) else permissions


def spends_more(before: Budgets, after: Budgets) -> bool:
    """Return whether something may be done more often than any budget let it."""
    return any(
        not any(new.limit <= old.limit and new.within >= old.within for new in after.get(power, ()))
        for power, budgets in before.items()
        for old in budgets
    )


def _any_language(before: frozenset[str], after: frozenset[str]) -> bool:
    return bool(before) and (not after or gains(before, after))


_MANDATE: Mapping[str, Widens] = {
    "channels": gains,
    "queues": gains,
    "cases_up_to": rises,
    "on_shift_only": lambda before, after: before and not after,
    "may": permits_more,
    "meanwhile": permits_more,
    "contain": permits_more,
    "start": _starts_earlier,
    "end": loosens,
}
_CONTRACT: Mapping[str, Widens] = {
    "start": lambda before, after: after < before,
    "end": loosens,
    "wind_down": loosens,
    "seats": loosens,
    "agreed": lambda before, after: after is not None and (before is None or after < before),
    "reference": never,
}
_ORGANISATION: Mapping[str, Widens] = {
    "name": never,
    "shown_as": never,
    "budgets": spends_more,
    "budgets_each": spends_more,
}
_PERSON: Mapping[str, Widens] = {
    "alias": never,
    "absent": never,
    "starts_as": rises,
    "languages": _any_language,
    "accounts": lambda before, after: gains(before.items(), after.items()),
    "role": lambda before, after: _RANKS.get(after, 0) >= _RANKS.get(before, 0),
}
_AUTOMATION: Mapping[str, Widens] = {
    "may": permits_more,
    "budgets": spends_more,
    "breaker": lambda before, after: (
        before is not None and (after is None or after.limit > before.limit or after.within < before.within)
    ),
}
_QUEUE: Mapping[str, Widens] = {
    "served_by": gains,
    "claim_within": never,
    "resolve_within": never,
    "by_choice": lambda before, after: before and not after,
    "at_most": loosens,
}
_RULES_OF_STAFF: Mapping[str, Widens] = {
    "protected": loses,
    "by_another_organisation": loses,
    "review_share": _falls,
    "disclosure": never,
    "approve_within": never,
    "claim_for": never,
    "appealing": always,
}
_SEEN_ELSEWHERE = frozenset({"roster", "automation", "queues", "escalations"})


def rights_lines(before: Governance, after: Governance) -> Iterator[Line]:
    """Yield what differs in everything that the policies say about people."""
    yield from _organisations(before.roster.organisations, after.roster.organisations)
    yield from _people(before.roster.people, after.roster.people)
    yield from _automation(before.automation, after.automation)
    yield from _queues(before.queues, after.queues)
    of = Line(section="rights", kind="staff")
    everything = keys_that_differ(before, after, of, _RULES_OF_STAFF, always)
    yield from (line for line in everything if line.key not in _SEEN_ELSEWHERE)
    yield from _escalations(before.escalations, after.escalations)


def _organisations(before: Mapping[str, Organisation], after: Mapping[str, Organisation]) -> Iterator[Line]:
    of = Line(section="rights", kind="organisation")
    yield from whole(of, before, after, gained=True, shown=lambda one: f"{one.name} ({one.kind.value})")
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        yield from _mandates(name, was, now)
        if was is None or now is None or was == now:
            continue
        line = Line(section="rights", kind="organisation", name=name)
        everything = keys_that_differ(was, now, line, _ORGANISATION, always)
        yield from (one for one in everything if one.key not in {"mandates", "contract"})
        if was.contract is not None and now.contract is not None:
            line = Line(section="rights", kind="contract", name=name)
            yield from keys_that_differ(was.contract, now.contract, line, _CONTRACT, always)
        elif was.contract != now.contract:
            whole_contract = Line(section="rights", kind="contract")
            had, has = ({} if one is None else {name: one} for one in (was.contract, now.contract))
            yield from whole(whole_contract, had, has, gained=True)


def _mandates(organisation: str, before: Organisation | None, after: Organisation | None) -> Iterator[Line]:
    was, now = (
        {} if one is None else {f"{organisation}/{mandate.id}": mandate for mandate in one.mandates}
        for one in (before, after)
    )
    yield from whole(Line(section="rights", kind="mandate"), was, now, gained=True)
    for name in both(was, now):
        old, new = was[name], now[name]

        def asks_for_more(
            before: Mapping[Right, str], after: Mapping[Right, str], known: tuple[Permission, ...] = old.may
        ) -> bool:
            alone = {one.right for one in known if one.up_to is None}
            return any(before.get(power) != whom and power not in alone for power, whom in after.items())

        line = Line(section="rights", kind="mandate", name=name)
        yield from keys_that_differ(old, new, line, {**_MANDATE, "asks": asks_for_more}, always)


def _people(before: Mapping[str, Person], after: Mapping[str, Person]) -> Iterator[Line]:
    of = Line(section="rights", kind="person")
    # accounts are the platforms' ids, and belong into no card
    yield from whole(
        of, before, after, gained=True, shown=lambda one: f"{one.organisation}, {one.role}, {one.starts_as.word}"
    )
    for name in both(before, after):
        line = Line(section="rights", kind="person", name=name)
        for one in keys_that_differ(before[name], after[name], line, _PERSON, always):
            hidden = one.key == "accounts"
            was, now = ((_platforms(person[name]) if hidden else said) for person, said in (
                (before, one.before), (after, one.after)
            ))  # fmt: skip
            yield Line(section="rights", kind="person", name=name, key=one.key, before=was, after=now, wider=one.wider)


def _platforms(person: Person) -> str:
    # what follows from somebody's id is written in no file
    named = sorted(platform.value for platform in person.accounts if platform is not PlatformName.LOCAL)
    return ", ".join(named) or "–"


def _automation(before: Automation, after: Automation) -> Iterator[Line]:
    def asks_for_more(was: Mapping[Right, str], now: Mapping[Right, str]) -> bool:
        alone = {one.right for one in before.may if one.up_to is None}
        return any(was.get(power) != whom and power not in alone for power, whom in now.items())

    line = Line(section="rights", kind="automation")
    yield from keys_that_differ(before, after, line, {**_AUTOMATION, "asks": asks_for_more}, always)


def _queues(before: Mapping[str, Queue], after: Mapping[str, Queue]) -> Iterator[Line]:
    yield from whole(Line(section="rights", kind="queue"), before, after, gained=True)
    for name in both(before, after):
        yield from keys_that_differ(
            before[name], after[name], Line(section="rights", kind="queue", name=name), _QUEUE, always
        )


def _escalations(before: Escalations | None, after: Escalations | None) -> Iterator[Line]:
    empty = Escalations(paths={}, routes=(), contacts={})
    was, now = before or empty, after or empty
    for kind, old, new in (("path", was.paths, now.paths), ("contact", was.contacts, now.contacts)):
        yield from whole(Line(section="escalation", kind=kind), old, new, gained=False)
        for name in both(old, new):
            yield from keys_that_differ(old[name], new[name], Line(section="escalation", kind=kind, name=name), {})
    if was.routes != now.routes:
        line = Line(section="escalation", kind="routing")
        yield from (one for one in keys_that_differ(was, now, line, {}) if one.key == "routes")
