"""`/mod` to look: a member's record, why a message was judged, and what one may do oneself."""

from dataclasses import replace

from bot.cards.notice import show_moment
from bot.commands.acting import case_given, scope_here
from bot.commands.command import Call, Command, bad_input, option
from bot.domain.actor import ActorKind
from bot.domain.card import Card, Quote
from bot.domain.card import Field as Line
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.entry_kind import EntryKind
from bot.domain.facts import NO_FACTS
from bot.domain.handle import handle_of
from bot.domain.judgement import Finding, Mode
from bot.domain.message import Message
from bot.domain.right import Right
from bot.domain.rights import Held, rights_of
from bot.domain.sanction import Sanction
from bot.i18n import say
from bot.policy.evaluate import evaluate
from bot.services.authorising import require
from bot.services.cases.noting import Readable
from bot.services.moderating.recalling import Recalled, recall
from bot.services.record import Draft
from bot.services.staff.knowing import target_of
from bot.store.decisions import Decided


async def member(call: Call) -> Reply:
    """Show a member's record: strikes, sanctions, cases and the last decisions, as far as the asker may know."""
    whom = call.member()
    case = await case_given(call, whom.key)
    target = await target_of(call.work, whom.key, call.caller, whom)
    scope = await scope_here(call, case, account=whom.key)
    await require(call.work, call.caller, Right.VIEW, target=target, scope=scope)
    return Reply(card=_record(call, whom.key, await recall(call.work, call.caller, whom.key)))


def _record(call: Call, account: str, found: Recalled) -> Card:
    language = call.language
    none = say("mod.none", language)
    lines = [
        Line(label=say("mod.strikes", language), value=str(found.strikes)),
        Line(
            label=say("mod.sanctions", language),
            value="\n".join(_sanction(call, one) for one in found.sanctions) or none,
        ),
        Line(label=say("mod.cases", language), value=", ".join(one.number for one in found.cases) or none),
        Line(
            label=say("mod.notes", language),
            value="\n".join(_note(call, one) for one in found.notes) or none,
        ),
        Line(
            label=say("mod.decisions", language),
            value="\n".join(_decision(call, one) for one in found.decisions) or none,
        ),
    ]
    text = say("mod.being_handled", language) if found.others else ""
    return Card(title=say("mod.record", language, member=handle_of(account)), text=text, fields=tuple(lines))


def _sanction(call: Call, one: Sanction) -> str:
    language = call.language
    kind = say(f"cards.outcome_{one.kind.value}", language)
    until = say("mod.for_good", language)
    if one.until is not None:
        moment = show_moment(one.until, call.work.policies.zone, language)
        until = say("mod.until", language, until=moment)
    return f"{handle_of(one.id)}: {kind}, {until}"


def _note(call: Call, one: Readable) -> str:
    at = show_moment(one.note.at, call.work.policies.zone, call.language)
    return f"{at}: {one.text or say('mod.note_gone', call.language)}"


def _decision(call: Call, one: Decided) -> str:
    language = call.language
    at = show_moment(one.at, call.work.policies.zone, language)
    kinds = dict.fromkeys(str(outcome.get("kind", "")) for outcome in one.outcomes)
    done = ", ".join(said_kind(kind, language) for kind in kinds)
    by = one.actor.who if one.actor.kind is ActorKind.AUTOMATION else one.actor.organisation or one.actor.kind.value
    undone = f" ({say('mod.taken_back', language)})" if one.undone_at is not None else ""
    return f"{at}: {done or say('mod.none', language)} – {by}{undone}"


def said_kind(kind: str, language: str) -> str:
    """Return what a kind of outcome is called."""
    return say("mod.outcome_lift", language) if kind in ("lift", "undo") else say(f"cards.outcome_{kind}", language)


async def explain(call: Call) -> Reply:
    """Show which rules match a message now, and on which words; what came before it isn't looked at."""
    message, work, language = call.given("message", Message), call.work, call.language
    scope = await scope_here(call, channel=message.channel)
    await require(work, call.caller, Right.VIEW, scope=scope)
    if message.author.account is None:
        raise bad_input("commands.unknown_message")
    judgement = evaluate(work.policies, message, NO_FACTS, work.policies.history(), message.acted_at)
    work.record(
        Draft(
            kind=EntryKind.VIEWED,
            actor=call.caller.actor(),
            policy=work.policies.version,
            details={"what": "message", "account": message.author.key},
        )
    )
    marks = sorted({(span.start, span.end) for finding in judgement.findings for span in finding.spans})
    quote = Quote(
        author=handle_of(message.author.key), text=message.text, marks=tuple(marks), at=message.at, central=True,
        files=tuple(one.name for one in message.attachments), markup=message.markup,
    )  # fmt: skip
    lines = [Line(label=finding.rule, value=_why(call, message, finding)) for finding in judgement.findings]
    unsure = [say("mod.explain_unsure", language)] if judgement.wants else []
    text = say("mod.explain_found" if lines else "mod.explain_nothing", language, count=len(lines))
    return Reply(
        card=Card(
            title=say("mod.explain_title", language),
            text=" ".join([text, say("mod.explain_limits", language), *unsure]),
            fields=tuple(lines),
            quotes=(quote,),
        )
    )


def _why(call: Call, message: Message, finding: Finding) -> str:
    language = call.language
    words = ", ".join(f"‘{message.text[span.start : span.end]}’" for span in finding.spans)
    notes = ", ".join(note.say(language) for note in finding.notes)
    follows = ", ".join(dict.fromkeys(said_kind(outcome.kind.value, language) for outcome in finding.outcomes))
    mode = say("mod.explain_live" if finding.mode is Mode.LIVE else "mod.explain_shadow", language)
    because = "; ".join(part for part in (words, notes) if part) or say("mod.none", language)
    severity = say(f"cards.severity_{finding.severity.word}", language)
    return say("mod.explain_why", language, severity=severity, mode=mode, because=because,
               follows=follows or say("mod.none", language))  # fmt: skip


async def may(call: Call) -> Reply:
    """Say what the asker may do here, now."""
    work, caller, language = call.work, call.caller, call.language
    await require(work, caller, Right.MAY)
    assert caller.person is not None  # noqa: S101 - nobody else was let through
    assert caller.organisation is not None  # noqa: S101 - likewise
    assert caller.standing is not None  # noqa: S101 - likewise
    scope = await scope_here(call)
    found = rights_of(
        caller.person, caller.organisation, caller.standing, work.now, work.governance, seats=caller.seats,
        channel=scope.channel,
    )  # fmt: skip
    none = say("mod.none", language)
    alone = [_power(call, one) for one in found.powers if not one.asks]
    asked = [_power(call, one) for one in found.powers if one.asks]
    queues = [
        say("mod.may_queue", language, queue=queue, severity=say(f"cards.severity_{gravest.word}", language))
        for queue, gravest in found.queues.items()
    ]
    lines = (
        Line(label=say("mod.may_alone", language), value=", ".join(alone) or none),
        Line(label=say("mod.may_asked", language), value=", ".join(asked) or none),
        Line(label=say("mod.may_queues", language), value=", ".join(queues) or none),
        Line(label=say("mod.may_level", language), value=say(f"mod.level_{caller.standing.level.word}", language)),
    )
    title = say("mod.may_title", language, channel=scope.channel or "–")
    text = "" if found.hindered is None else found.hindered.say(language)
    return Reply(card=replace(Card(title=title, text=text), fields=lines))


def _power(call: Call, held: Held) -> str:
    name = say(f"mod.right_{held.right.value}", call.language)
    return name if held.longest is None else say("mod.may_up_to", call.language, what=name, longest=held.longest)


LOOK_COMMANDS: tuple[Command, ...] = (
    Command(
        name="mod.member", audience=Audience.MODERATORS,
        options=(option("member", OptionKind.MEMBER), option("case", OptionKind.CASE, required=False)),
        run=member, right=Right.VIEW, looks=True, menu=OptionKind.MEMBER,
    ),
    Command(
        name="mod.explain", audience=Audience.MODERATORS, options=(option("message", OptionKind.MESSAGE),),
        run=explain, right=Right.VIEW, looks=True, menu=OptionKind.MESSAGE,
    ),
    Command(name="mod.may", audience=Audience.MODERATORS, run=may, right=Right.MAY, looks=True),
)  # fmt: skip
