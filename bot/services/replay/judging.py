"""How a replay uses the evaluator: each message at its own time, with what the export itself knows."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.domain.facts import NO_FACTS, Facts
from bot.domain.judgement import Judgement
from bot.domain.message import Channel, Message
from bot.policy.evaluate import evaluate
from bot.policy.policy_set import PolicySet


def judge_by(policies: PolicySet) -> Callable[[Message], Judgement]:
    """Return a judge with an empty history of its own, which remembers every message it judged."""
    history = policies.history()
    observe = history.observe

    def judge(message: Message) -> Judgement:
        facts = known_facts(message) if message.attachments else NO_FACTS
        judgement = evaluate(policies, message, facts, history, message.at)
        observe(judgement.features)
        return judgement

    return judge


def known_facts(message: Message) -> Facts:
    """Return the outside answers that the export holds itself: digests of files."""
    hashes = {file.id: file.sha256 for file in message.attachments if file.sha256 is not None}
    return Facts(hashes=hashes) if hashes else NO_FACTS


def namer_of(policies: PolicySet) -> Callable[[Channel], str]:
    """Return what says a channel's name: the export's, or the one under which the community lists it."""

    def name_of(channel: Channel) -> str:
        own = channel.name if channel.name != channel.id else ""
        return own or policies.plan(channel).channel or channel.name

    return name_of


def zone_of(policies: PolicySet) -> ZoneInfo:
    """Return the zone whose days and hours the reports use."""
    return ZoneInfo(policies.zone)
