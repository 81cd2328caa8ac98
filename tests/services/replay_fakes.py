"""Messages and judgements made by hand, for replays without policies."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.domain.judgement import Failure, Features, Finding, Judgement, Mode, Span, Want
from bot.domain.message import Channel, Member, Message, MessageKind, MessageRef, PlatformName
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.severity import Severity

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DELETE = Outcome(kind=OutcomeKind.DELETE)
NOTICE = Outcome(kind=OutcomeKind.NOTICE, target="respect")
CASE = Outcome(kind=OutcomeKind.CASE, target="conduct")
STRIKE = Outcome(kind=OutcomeKind.STRIKE, amount=1)
TIMEOUT = Outcome(kind=OutcomeKind.TIMEOUT, duration=HOUR)
ASK_BAN = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.BAN)

#: rule → the word it looks for and what it asks for
Rules = dict[str, tuple[str, tuple[Outcome, ...]]]


def post(
    number: int,
    text: str,
    *,
    author: str = "m1",
    channel: str = "help",
    after: timedelta = timedelta(),
    kind: MessageKind = MessageKind.MESSAGE,
) -> Message:
    """Return a message; `after` counts from `START`."""
    place = Channel(platform=PlatformName.EXPORT, workspace="", id=channel, name=channel)
    return Message(
        ref=MessageRef(platform=PlatformName.EXPORT, workspace="", channel=channel, message=str(number)),
        author=Member(key=author, names=(f"name of {author}",)),
        channel=place,
        at=START + after,
        text=text,
        kind=kind,
    )


def finding(message: Message, rule: str, word: str, outcomes: tuple[Outcome, ...], mode: Mode) -> Finding:
    """Return what a rule that looks for one word would say."""
    start = message.text.index(word)
    return Finding(
        rule=rule,
        guideline=rule.partition("/")[0],
        severity=Severity.MEDIUM,
        mode=mode,
        spans=(Span(start=start, end=start + len(word), what=word),),
        notes=(),
        outcomes=outcomes,
    )


def judge_words(
    rules: Rules,
    *,
    shadow: frozenset[str] = frozenset(),
    wants: tuple[Want, ...] = (),
    failures: tuple[Failure, ...] = (),
) -> Callable[[Message], Judgement]:
    """Return a judge: rule → the word it looks for and what it asks for."""

    def judge(message: Message) -> Judgement:
        findings = tuple(
            finding(message, rule, word, outcomes, Mode.SHADOW if rule in shadow else Mode.LIVE)
            for rule, (word, outcomes) in rules.items()
            if word in message.text
        )
        live = [found for found in findings if found.mode is Mode.LIVE]
        return Judgement(
            ref=message.ref,
            version="fake",
            findings=findings,
            outcomes=tuple(dict.fromkeys(outcome for found in live for outcome in found.outcomes)),
            shadow=(),
            wants=wants,
            failures=failures,
            features=Features(
                message=message.ref.message,
                at=message.at.timestamp(),
                member=message.author.key,
                channel=message.channel.id,
            ),
        )

    return judge
