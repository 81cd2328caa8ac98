"""A described message → real ones: what examples and explanations are tried on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.facts import Facts
from bot.domain.judgement import Mode
from bot.domain.message import (
    NO_MENTIONS,
    Attachment,
    Channel,
    Member,
    Mentions,
    Message,
    MessageKind,
    MessageRef,
    PlatformName,
)
from bot.policy.evaluate import evaluate, is_open
from bot.policy.history import History
from bot.policy.policy_set import PolicySet, Rule
from bot.policy.schema.guideline import ExampleModel, MentionsExample

#: a Monday on which no clock is changed anywhere
_DAY = datetime(2026, 3, 2)  # noqa: DTZ001 - a local time until a zone is given
_NOON = time(12)
_WEEK = 7
#: pings as Discord and Slack write them
_PERSON = re.compile(r"<@!?(\d{1,20}|[UW][A-Z0-9]{1,20})(?:\|[^<>\n]{0,80})?>")
_ROLE = re.compile(r"<(?:@&|!subteam\^)([A-Z0-9]{1,20})(?:\|[^<>\n]{0,80})?>")
_EVERYONE = re.compile(r"(?<!\w)@(?:everyone|here|channel)(?!\w)|<!(?:everyone|here|channel)(?:\|[^<>\n]{0,80})?>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """A message as it would be judged, with everything that came before it."""

    #: what judges it
    policies: PolicySet
    #: the message
    message: Message
    #: outside answers that the description gives
    facts: Facts
    #: windows that saw the messages before it
    history: History


def alone(policies: PolicySet, rule: Rule) -> PolicySet:
    """Return a policy set of that rule alone, live everywhere, whatever its mode."""
    only = replace(rule, mode=Mode.LIVE, overrides=tuple(replace(one, mode=None) for one in rule.overrides))
    return replace(policies, rules=(only,), plans={}, named={})


def rehearse(example: ExampleModel, policies: PolicySet, at: datetime) -> Rehearsal:
    """Return the rehearsal of a message posted at that time; sent several times, the last one is what counts."""
    if example.language is not None:
        policies = _speaking(policies, frozenset({example.language}))
    facts = Facts(
        invites=example.invites,
        hashes={_file_id(i): file.sha256 for i, file in enumerate(example.attachments) if file.sha256 is not None},
        earlier_messages=example.earlier_messages,
    )
    history = policies.history()
    *before, last = _messages(example, policies, at)
    for message in before:
        history.observe(evaluate(policies, message, facts, history, message.at).features)
    return Rehearsal(policies=policies, message=last, facts=facts, history=history)


def suited(example: ExampleModel, rule: Rule, policies: PolicySet) -> ExampleModel:
    """Return the example with a channel and roles that the rule covers, where it names none."""
    changed: dict[str, object] = {}
    if example.channel is None and not rule.covers(None):
        changed["channel"] = next((place.name for place in policies.places if rule.covers(place.name)), None)
    if example.roles is None and (rule.roles is not None or rule.not_roles):
        changed["roles"] = tuple(sorted((rule.roles or frozenset()) - rule.not_roles))
    return example.model_copy(update=changed)


def suited_time(example: ExampleModel, rule: Rule, policies: PolicySet) -> datetime:
    """Return when the example is posted: at the hour it names, or else at one at which the rule holds."""
    window = rule.window
    if example.at is not None:
        local, zone = time.fromisoformat(example.at), policies.zone
    elif window is not None:
        local, zone = window.start, window.zone
    else:
        local, zone = _NOON, policies.zone
    days = (datetime.combine(_DAY + timedelta(days=day), local, ZoneInfo(zone)) for day in range(_WEEK))
    times = list(days)
    return next((at for at in times if window is None or is_open(window, at)), times[0])


def _speaking(policies: PolicySet, languages: frozenset[str]) -> PolicySet:
    places = tuple(replace(place, languages=languages) for place in policies.places)
    return replace(policies, languages=tuple(languages), places=places, plans={}, named={})


def _messages(example: ExampleModel, policies: PolicySet, at: datetime) -> Iterator[Message]:
    channel = Channel(
        platform=PlatformName.EXPORT, workspace="", id=example.channel or "", name=example.channel or "",
        thread="thread" if example.thread else None,
    )  # fmt: skip
    if example.channel is not None and example.channel not in {place.name for place in policies.places}:
        raise LookupError(example.channel)
    for number in range(1, example.times + 1):
        sent = at - (example.times - number) * example.every
        many = example.members == "many"
        author = _author(example, f"member-{number if many else 1}", sent if many else at)
        yield Message(
            ref=MessageRef(platform=channel.platform, workspace="", channel=channel.id, message=str(number)),
            author=author,
            channel=channel,
            at=sent,
            text=example.text,
            kind=MessageKind.JOIN if example.join else MessageKind.MESSAGE,
            markup=example.markup,
            edited_at=None if example.edited is None else sent + example.edited,
            mentions=_mentions(example),
            attachments=tuple(
                Attachment(
                    id=_file_id(i), name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256
                )
                for i, file in enumerate(example.attachments)
            ),
            reply_to="answered" if example.reply else None,
            reply_author="somebody" if example.reply else None,
            forwarded=example.forwarded,
        )


def _file_id(number: int) -> str:
    return f"file-{number + 1}"


def _author(example: ExampleModel, key: str, at: datetime) -> Member:
    return Member(
        key=key,
        names=() if example.name is None else (example.name,),
        created_at=None if example.account_age is None else at - example.account_age,
        joined_at=None if example.member_age is None else at - example.member_age,
        roles=None if example.roles is None else frozenset(example.roles),
    )


def _mentions(example: ExampleModel) -> Mentions:
    """Return whom the description names, or else whom the text pings as platforms write it."""
    given, text = example.mentions, example.text
    if given == MentionsExample():
        if "@" not in text and "<!" not in text:
            return NO_MENTIONS
        return Mentions(
            people=tuple(dict.fromkeys(_PERSON.findall(text))),
            roles=tuple(dict.fromkeys(_ROLE.findall(text))),
            everyone=_EVERYONE.search(text) is not None,
        )
    return Mentions(
        people=tuple(f"person-{number + 1}" for number in range(given.people)),
        roles=tuple(f"role-{number + 1}" for number in range(given.roles)),
        everyone=given.everyone,
    )
