"""What the card of a case shows: read when it is shown, so that what was erased meanwhile isn't there."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cards.case_card import case_card, handle, handled_elsewhere
from bot.domain.card import Card, CaseView, Quote
from bot.domain.case import Case, CaseState
from bot.domain.gap import EVER, later
from bot.domain.message import Markup
from bot.ledger import entries
from bot.policy.policy_set import PolicySet
from bot.services.showing.quoting import markups, shortened
from bot.services.showing.viewing import Viewing
from bot.services.showing.wave import members_among, places_among, sees_all, takings_seen
from bot.services.staff.governing import govern
from bot.services.staff.knowing import Caller
from bot.services.unsealing import sealed_text
from bot.store.case_views import (
    CaseMessage,
    case_views,
    deleted_among,
    evidence_of,
    last_decisions,
    messages_of,
)
from bot.store.cases import read_cases
from bot.store.evidence import evidence_of as evidence_of_messages
from bot.store.gone import gone_among
from bot.store.messages import authors_of
from bot.store.sanctions import active_sanctions
from bot.store.strikes import counting_strikes

#: of a case's messages so many are quoted, the newest
_QUOTED = 5


async def case_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of cases, as the leads see them."""
    return await cards_for(viewing, ids, None, viewing.language)


async def cards_for(
    viewing: Viewing, ids: Collection[str], reader: Caller | None, language: str
) -> Mapping[str, Card]:  # fmt: skip
    """Return the cards of cases, as somebody may see them; None stands for the leads."""
    tx = viewing.tx
    views = await case_views(tx, ids)
    cases = await read_cases(tx, viewing.community, ids)
    messages = await messages_of(tx, ids)
    shared = {case for case, view in views.items() if not view.account and view.about_member}
    takings = await takings_seen(tx, viewing.policies, shared, reader) if shared else {}
    accounts = {view.account for view in views.values() if view.account}
    sanctions = await active_sanctions(tx, accounts, viewing.now)
    strikes = await counting_strikes(tx, viewing.community, accounts, _since(viewing.policies, viewing.now))
    shown: dict[str, Card] = {}
    for case, view in views.items():
        if case not in cases:
            continue
        # on SQLite nothing here waits, and of a burst of cases there are many
        await asyncio.sleep(0)
        held, several = messages.get(case, []), takings.get(case, ())
        if case in shared and not sees_all(reader):
            seen = places_among(several)
            held = [one for one in held if one.place in seen]
        account = view.account or ""
        gone = await deleted_among(tx, [one.id for one in held])
        files = () if view.forgotten else await evidence_of_messages(tx, [one.id for one in held])
        holder, turn = await people_on(viewing, cases[case], reader)
        whole = replace(
            view,
            guideline=_title(viewing.policies, view.guideline, language),
            strikes=sum(one.amount for one in strikes.get(account, ())),
            sanctions=tuple((one.kind.value, one.until) for one in sanctions.get(account, ())),
            before=await last_decisions(tx, account) if account else (),
            messages=sum(one.id not in gone for one in held),
            gone=len(await gone_among(tx, [one.id for one in held])),
            files=tuple((one.media.value, one.size, "" if one.missing is None else one.missing.value) for one in files),
            holder=holder,
            turn=turn,
            members=members_among(several),
        )
        card = case_card(whole, 1, language, quotes=await _quotes(viewing, whole, held))
        shown[case] = handled_elsewhere(card) if _is_others(cases[case], reader, viewing.now) else card
    return shown


def _is_others(case: Case, reader: Caller | None, now: datetime) -> bool:
    """Return whether somebody else works on a case, and whoever reads its card may not act in their stead."""
    if reader is None or reader.leads or not case.is_held(now):
        return False
    return reader.person is None or case.claimed_by != reader.person.id


def _since(policies: PolicySet | None, now: datetime) -> datetime:
    ladder = None if policies is None else policies.ladder
    return EVER if ladder is None else later(now, -ladder.expires)


def _title(policies: PolicySet | None, guideline: str, language: str) -> str:
    found = None if policies is None else policies.guidelines.get(guideline)
    if found is None:
        return guideline
    return found.titles.get(language) or next(iter(found.titles.values()), guideline)


async def people_on(viewing: Viewing, case: Case, reader: Caller | None) -> tuple[str, str]:
    """Return who works on a case and whose turn it is; a partner is told of its own people alone."""
    if viewing.policies is None or not case.is_open:
        return "", ""
    roster = (await govern(viewing.tx, viewing.policies)).roster
    own = None if reader is None else reader.organisation
    sees_all = reader is None or (own is not None and own.is_internal)
    held = case.state is CaseState.CLAIMED
    holder = turn = ""
    if held and (sees_all or (own is not None and own.id == case.claimed_for)):
        person, organisation = roster.people.get(case.claimed_by), roster.organisations.get(case.claimed_for)
        alias = case.claimed_by if person is None else person.alias
        holder = alias if organisation is None else f"{alias} ({organisation.name})"
    if sees_all and not held and case.served_by in roster.organisations:
        turn = roster.organisations[case.served_by].name
    return holder, turn


async def _quotes(viewing: Viewing, view: CaseView, held: list[CaseMessage]) -> tuple[Quote, ...]:
    """Return what the member wrote, from the evidence that was sealed, with what the rules found marked."""
    newest = {one.id: one for one in held[-_QUOTED:]}
    if not newest or view.forgotten:
        return ()
    found: dict[str, Quote] = {}
    authors = await _authors(viewing, view, newest)
    written = await markups(viewing.tx, authors)
    for account in authors:
        for seq, body in await evidence_of(viewing.tx, viewing.community, account):
            details: Any = entries.read(body).details
            message = newest.get(str(details.get("message", "")))
            if message is None or message.id in found:
                continue
            text = await sealed_text(viewing.tx, viewing.keys, viewing.community, seq, "details.evidence")
            if text is not None:
                found[message.id] = Quote(
                    author=handle(account),
                    text=shortened(text),
                    marks=_marks(details, len(shortened(text))),
                    at=message.at,
                    central=message.id == held[-1].id,
                    markup=written.get(account, Markup.PLAIN),
                )
    return tuple(sorted(found.values(), key=lambda one: one.at or viewing.now))


async def _authors(viewing: Viewing, view: CaseView, messages: Collection[str]) -> Sequence[str]:
    """Return who wrote what is quoted: the one member whom the case is about, or some of several."""
    if view.account:
        return [view.account]
    return sorted(set((await authors_of(viewing.tx, messages)).values())) if view.members else []


def _marks(details: Any, length: int) -> tuple[tuple[int, int], ...]:
    """Return the offending words, as the decision's entry has them, each once and in order."""
    spans = {
        (int(start), min(int(end), length))
        for finding in details.get("findings", ())
        for start, end, *_ in finding.get("spans", ())
        if int(start) < length
    }
    return tuple(sorted(spans))
