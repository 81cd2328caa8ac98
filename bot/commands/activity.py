"""What was done, in chat: leads see everybody's work, a partner's lead the own organisation's and nothing of others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.commands.command import Call, Command, bad_input, option
from bot.domain.authority import Scope
from bot.domain.card import Card, Field
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.entry_kind import EntryKind
from bot.domain.right import Right
from bot.i18n import catalogue, say
from bot.services.activity.reporting import activity
from bot.services.activity.rows import Activity, Deed, Row
from bot.services.authorising import require
from bot.services.record import Draft

#: reading the ledger takes time; for longer stretches there is `locum report activity`
_LONGEST = timedelta(days=31)
#: lines of one card
_MOST = 20


async def of_leads(call: Call) -> Reply:
    """Return what everybody did, or one organisation."""
    await require(call.work, call.caller, Right.ACCOUNT)
    return await _shown(call, call.perhaps("organisation", str) or "")


async def of_partners(call: Call) -> Reply:
    """Return what the own organisation's people did."""
    own = "" if call.caller.organisation is None else call.caller.organisation.id
    await require(call.work, call.caller, Right.TEAM, scope=Scope(community=call.work.community, organisation=own))
    return await _shown(call, own)


async def _shown(call: Call, organisation: str) -> Reply:
    work, since = call.work, call.given("since", timedelta)
    if since > _LONGEST:
        raise bad_input("activity.too_far", longest=_LONGEST)
    found = await activity(
        work.tx,
        work.community,
        work.now - since,
        work.now + timedelta(milliseconds=1),
        governance=work.governance,
        organisation=organisation,
    )
    details = {"what": "activity", "organisation": organisation or "all"}
    work.record(
        Draft(
            kind=EntryKind.VIEWED,
            actor=call.caller.actor(),
            policy=work.policies.version,
            details=details,
        )
    )
    if not found.rows:
        return call.answer("activity.nothing", since=since)
    names = {name: one.name for name, one in work.governance.roster.organisations.items()}
    return Reply(card=activity_card(found, since, names, call.language))


def activity_card(found: Activity, since: timedelta, names: Mapping[str, str], language: str) -> Card:
    """Return the report as a card: a line for everybody who did something."""
    people: dict[tuple[str, str, str], list[Row]] = {}
    for row in found.rows:
        people.setdefault((row.key.by, row.key.organisation, row.key.who), []).append(row)
    fields = [
        Field(label=_whose(rows[0], names, language), value=_line(rows, language))
        for rows in list(people.values())[:_MOST]
    ]
    left = len(people) - len(fields)
    return Card(
        title=say("activity.title", language, since=since),
        text=say("activity.more", language, count=left) if left > 0 else "",
        fields=tuple(fields),
        version=1,
    )


def _whose(row: Row, names: Mapping[str, str], language: str) -> str:
    key = row.key
    if key.by != "person":
        by = say(f"activity.by_{key.by}", language)
        return f"{by}: {row.called}" if row.called else by
    return f"{row.called} ({names.get(key.organisation, key.organisation)})"


def _line(rows: Sequence[Row], language: str) -> str:
    """Return what one person did: each sort of thing with its number and what became of it."""
    parts = []
    for deed in Deed:
        of = [row for row in rows if row.key.deed is deed]
        if not of:
            continue
        results: Counter[str] = Counter()
        for row in of:
            results[row.key.result] += row.count
        said = f"{word('deed', deed.value, language)}: {results.total()}"
        known = [f"{word('result', name, language)} {count}" for name, count in sorted(results.items()) if name]
        parts.append(f"{said} ({', '.join(known)})" if known and deed is not Deed.REFUSED else said)
    return "; ".join(parts)


def word(room: str, code: str, language: str) -> str:
    """Return the word for a deed or a result; a code for which there is none says itself."""
    key = f"activity.{room}_{code}"
    return say(key, language) if key in catalogue(language) else code


COMMANDS: tuple[Command, ...] = (
    Command(
        name="lead.activity",
        audience=Audience.LEADS,
        options=(
            option("since", OptionKind.DURATION),
            option("organisation", OptionKind.ORGANISATION, required=False),
        ),
        run=of_leads,
        right=Right.ACCOUNT,
        looks=True,
    ),
    Command(
        name="partner.activity",
        audience=Audience.PARTNER_LEADS,
        options=(option("since", OptionKind.DURATION),),
        run=of_partners,
        right=Right.TEAM,
        looks=True,
    ),
)
