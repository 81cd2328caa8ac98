"""`/lead undo` and `/lead raid`: what was done by somebody is taken back at once, and doors are closed and opened."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from bot.cards.notice import show_moment
from bot.commands.acting import give_and_say, placeless, shown_to
from bot.commands.command import Call, Command, bad_input, option
from bot.commands.mod_forms import VALID
from bot.commands.mod_looking import said_kind
from bot.domain.actor import ActorKind
from bot.domain.authority import NOBODY
from bot.domain.card import Button, ButtonStyle, Card
from bot.domain.card import Field as Line
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.handle import handle_of
from bot.domain.order import Order
from bot.domain.outcome import OutcomeKind
from bot.domain.right import Right
from bot.domain.severity import Severity
from bot.i18n import say
from bot.services.authorising import require
from bot.services.cases.seeing import visible
from bot.services.moderating.undoing import take_back
from bot.store.cases import read_cases
from bot.store.decisions import Decided, decisions_by
from bot.store.previews import add_preview

_CONFIRM = "undo.confirm"
#: decisions that one command takes back
_MOST = 2_000
_SAMPLE = 5
#: nothing brings these back
_GONE = frozenset({OutcomeKind.DELETE.value, OutcomeKind.KICK.value})


async def undo(call: Call) -> Reply:
    """Show what was done by a person, a partner, a rule or a policy version since then, before it is taken back."""
    work, caller = call.work, call.caller
    await require(work, caller, Right.UNDO)
    assert caller.person is not None  # noqa: S101 - nobody else was let through
    by = await _whose(call, call.given("by", str))
    found = await decisions_by(work.tx, work.community, by, work.now - call.given("since", timedelta), _MOST + 1)
    cases = await read_cases(work.tx, work.community, {one.case for one in found if one.case is not None})
    # what is about a lead's own conduct isn't theirs to take back
    hidden = {case.id for case in cases.values() if not visible(case, caller, work.governance)}
    found = [one for one in found if one.case not in hidden]
    if not found:
        raise bad_input("undo.nothing")
    if len(found) > _MOST:
        raise bad_input("undo.too_many", most=_MOST)
    preview = await add_preview(
        work.tx, work.community, person=caller.person.id, command=_CONFIRM,
        details={"decisions": [one.id for one in found]}, until=work.now + VALID,
    )  # fmt: skip
    return Reply(card=_preview(call, found, preview))


async def _whose(call: Call, given: str) -> str:
    """Return the id that somebody meant: of a person, an organisation, a rule or a version of the policies."""
    roster, wanted = call.work.governance.roster, given.strip()
    spelt = wanted.casefold()
    people = [one.id for one in roster.people.values() if spelt in (one.id.casefold(), one.alias.casefold())]
    if len(people) == 1:
        return people[0]
    known = [*roster.organisations, *(rule.name for rule in call.work.policies.rules), call.work.policies.version]
    found = [one for one in known if wanted == one] or [
        one for one in known if len(wanted) >= 8 and one.startswith(wanted)
    ]
    # a rule or version of earlier policies is known to the records alone
    return found[0] if found else wanted


def _preview(call: Call, found: Sequence[Decided], preview: str) -> Card:
    """Return what would be taken back: how much, a few of it, and what nothing brings back."""
    language = call.language
    kinds = Counter(str(outcome.get("kind", "")) for one in found for outcome in one.outcomes)
    gone = sum(one.deletions for one in found if any(said.get("kind") == "delete" for said in one.outcomes))
    kicks = kinds[OutcomeKind.KICK.value]
    counts = [
        say("undo.count", language, what=said_kind(kind, language), number=number)
        for kind, number in sorted(kinds.items()) if kind not in _GONE
    ]  # fmt: skip
    members = len({one.account for one in found if one.account is not None})
    lines = [
        Line(label=say("undo.counts", language), value=", ".join(counts) or say("mod.none", language)),
        Line(label=say("undo.members", language), value=str(members)),
        Line(label=say("undo.sample", language), value="\n".join(_line(call, one) for one in found[:_SAMPLE])),
    ]
    if gone or kicks:
        lines.append(Line(label=say("undo.gone", language), value=say("undo.gone_text", language, messages=gone,
                                                                      kicks=kicks)))  # fmt: skip
    return Card(
        title=say("undo.title", language, count=len(found)),
        text=say("undo.text", language, minutes=int(VALID.total_seconds() // 60)),
        fields=tuple(lines),
        buttons=(
            Button(action=f"{_CONFIRM}:{preview}", label=say("undo.button", language), style=ButtonStyle.GRAVE),
        ),
    )  # fmt: skip


def _line(call: Call, one: Decided) -> str:
    language = call.language
    at = show_moment(one.at, call.work.policies.zone, language)
    done = ", ".join(dict.fromkeys(said_kind(str(said.get("kind", "")), language) for said in one.outcomes))
    person = one.actor.kind is ActorKind.PERSON
    by = f"{one.actor.who} ({one.actor.organisation})" if person else one.actor.who
    return f"{at}: {handle_of(one.account or '–')}: {done} – {by}"


async def confirm(call: Call) -> Reply:
    """Take back what was shown, as one operation."""
    work, caller = call.work, call.caller
    ruling = await require(work, caller, Right.UNDO)
    kept = await shown_to(call, _CONFIRM)
    if kept is None:
        raise bad_input("commands.expired")
    undone = await take_back(work, caller.actor(ruling.mandate), [str(one) for one in kept["decisions"]], why="undo")
    if not undone.decision:
        raise bad_input("undo.nothing")
    return call.answer(
        "undo.done", sanctions=undone.sanctions, strikes=undone.strikes, actions=undone.superseded,
        members=undone.members,
    )  # fmt: skip


async def raid(call: Call) -> Reply:
    """Close the doors of the server or workspace where this is given, for a while or until they are opened again."""
    on = call.given("state", str) == "on"
    order = Order(
        right=Right.RAID_MODE,
        connection=call.invocation.connection.name,
        on=on,
        lasts=call.perhaps("for", timedelta) if on else None,
        severity=Severity.HIGH,
    )
    return await give_and_say(call, order, NOBODY, placeless(call))


COMMANDS: tuple[Command, ...] = (
    Command(
        name="lead.undo", audience=Audience.LEADS,
        options=(option("by", OptionKind.TEXT, longest=130), option("since", OptionKind.DURATION)),
        run=undo, right=Right.UNDO,
    ),
    Command(name=_CONFIRM, audience=Audience.LEADS, run=confirm, right=Right.UNDO, typed=False),
    Command(
        name="lead.raid", audience=Audience.LEADS,
        options=(
            option("state", OptionKind.CHOICE, choices=("on", "off")),
            option("for", OptionKind.DURATION, required=False), option("why", OptionKind.TEXT, required=False),
        ),
        run=raid, right=Right.RAID_MODE,
    ),
)  # fmt: skip
