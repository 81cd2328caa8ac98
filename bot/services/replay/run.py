"""The replay itself: every message judged once, everything counted, flagged ones handed on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from bot.domain.judgement import Judgement
from bot.domain.ladder import Ladder
from bot.domain.message import Channel, Message, MessageKind
from bot.domain.reading import Skipped
from bot.services.replay.aftermath import Aftermath
from bot.services.replay.compare import Comparison
from bot.services.replay.lines import Line, line
from bot.services.replay.repeats import Repeats
from bot.services.replay.tally import Tallies, own_name

#: judges messages in the order they are given, remembering what its windows need
Judge = Callable[[Message], Judgement]


@dataclass(kw_only=True, slots=True)
class Replay:
    """What a replay found out; complete once all its lines were taken."""

    #: counts
    tallies: Tallies
    #: incidents, strikes and the ladder
    aftermath: Aftermath
    #: differences from the other policy set, where there is one
    comparison: Comparison | None = None
    #: whether programs are judged like members
    bots: bool = False

    @property
    def complete(self) -> bool:
        """Whether there was anything to judge, every input was read and every rule evaluated."""
        failed = self.tallies.failures or (self.comparison is not None and self.comparison.failures)
        return self.tallies.first is not None and not self.tallies.skipped_count and not failed


def new_replay(
    zone: tzinfo,
    ladder: Ladder | None,
    *,
    comparing: bool = False,
    ladder_against: Ladder | None = None,
    name_of: Callable[[Channel], str] = own_name,
    bots: bool = False,
) -> Replay:
    """Return a replay that has seen nothing yet; `name_of` says what a channel is called."""
    return Replay(
        tallies=Tallies(zone=zone, name_of=name_of),
        aftermath=Aftermath(ladder=ladder),
        comparison=Comparison(aftermath=Aftermath(ladder=ladder_against)) if comparing else None,
        bots=bots,
    )


def judge_all(
    items: Iterable[Message | Skipped], judge: Judge, found: Replay, against: Judge | None = None
) -> Iterator[Line]:
    """Judge every message, count into `found`, and yield a line for each that either policy set flagged."""
    tallies = found.tallies
    join, seen, bots = MessageKind.JOIN, Repeats().seen, found.bots
    for item in items:
        if isinstance(item, Skipped):
            tallies.count_skipped(item)
            continue
        if seen(item):
            tallies.repeated += 1
            continue
        if item.author.bot and not bots:
            tallies.programs += 1
            continue
        now = judge(item)
        tallies.count(item, joined=item.kind is join, flagged=bool(now.findings))
        if now.wants:
            tallies.count_wants(now.wants)
        if now.failures:
            tallies.count_failures(now.failures)
        if now.findings:
            tallies.count_findings(item, now.findings)
            tallies.outcomes.update(now.outcomes)
            tallies.count_member(item, found.aftermath.follow(now, item.at))
        other = against(item) if against is not None else None
        changed = other is not None and _compare(found, item, now, other)
        if now.findings or changed:
            yield line(now, other if changed else None)


def _compare(found: Replay, message: Message, now: Judgement, other: Judgement) -> bool:
    if found.comparison is None or not (now.findings or other.findings or other.failures):
        return False
    return found.comparison.compare(message, now, other)
