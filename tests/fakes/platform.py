"""A platform that answers to the port from a world of its own, as quickly, wrongly or never as a test asks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.action import ActionKind, Answer, Result
from bot.domain.evidence import Missing
from bot.domain.message import AccountRef, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, Stream
from bot.domain.sanction import Standing
from bot.ports import ConnectionRevokedError, Effect, HistoryLostError, PlatformUnavailableError
from tests.fakes.world import World

#: what the fake ends by itself, as Discord does: timeouts of at most 28 days, and nothing else
LONGEST: Mapping[OutcomeKind, timedelta | None] = {
    OutcomeKind.TIMEOUT: timedelta(days=28),
    OutcomeKind.QUARANTINE: timedelta(0),
    OutcomeKind.BAN: timedelta(0),
}


class FaultKind(StrEnum):
    """What can go wrong with one effect."""

    #: rate limited
    RETRY_AFTER = "retry_after"
    #: the platform doesn't let us
    FORBIDDEN = "forbidden"
    #: the token is no longer good
    REVOKED = "revoked"
    #: an error of the server after it had acted
    ACTED = "acted"
    #: an error of the server before it acted
    REFUSED = "refused"
    #: no answer at all, and nothing happened
    SILENT = "silent"
    #: no answer at all, though it happened
    ACTED_SILENT = "acted_silent"
    #: the adapter itself breaks
    BROKEN = "broken"


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong, for a number of effects or until it is mended."""

    #: what
    kind: FaultKind
    #: effects that it still meets; None for all until it is mended
    times: int | None = 1
    #: which effects; None for all
    of: Callable[[Effect], bool] | None = None
    #: rate limited: for how long
    after: float = 1.0
    #: rate limited: whether that holds for everything
    everywhere: bool = False

    def meets(self, effect: Effect) -> bool:
        """Return whether this effect goes wrong, and count it."""
        if self.times == 0 or (self.of is not None and not self.of(effect)):
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(kw_only=True)
class FakePlatform:
    """One server of a world, reached through one connection."""

    #: what is true
    world: World
    #: which one this is
    connection: Connection
    #: what goes wrong, the first that meets counts
    faults: list[Fault] = field(default_factory=list)
    #: seconds that every call takes
    latency: float = 0.0
    #: messages on a page of history
    page_size: int = 100
    #: raised by the next readings of history, one each
    history_faults: list[Exception] = field(default_factory=list)
    #: raised by the next questions about roles, one each
    role_faults: list[Exception] = field(default_factory=list)
    #: raised by the next readings of files, one each
    fetch_faults: list[Exception] = field(default_factory=list)
    #: messages of which files were asked for, in order
    fetched: list[MessageRef] = field(default_factory=list)
    #: how many answers lack their last result
    short_answers: int = 0
    #: whether it can say if a notice or card was posted
    can_read_back: bool = True
    #: whether it can say what else became of what was asked
    can_read_states: bool = True
    #: whether it can say how members stand
    can_tell_standings: bool = True
    #: what it ends by itself
    longest_of: Mapping[OutcomeKind, timedelta | None] = field(default_factory=lambda: dict(LONGEST))
    #: sanctions that it has no word for, and that are upheld by deleting what the member writes
    upheld: frozenset[OutcomeKind] = frozenset()
    #: what it leaves to a human with the right, with where that is done
    by_hand: Callable[[Effect], bool] = lambda _: False
    link: str = "https://chat.example/archives/10"
    #: every effect that was asked for, in order
    asked: list[Effect] = field(default_factory=list)
    #: every effect that was read back, in order
    read_backs: list[Effect] = field(default_factory=list)
    #: True while the token is no longer good
    revoked: bool = False

    def fail(self, kind: FaultKind, *, times: int | None = 1, of: ActionKind | None = None, after: float = 1.0,
             everywhere: bool = False) -> Fault:  # fmt: skip
        """Let effects go wrong, of one kind or of all, and return the fault so that it can be mended."""
        chosen = None if of is None else lambda effect: effect.kind is of
        fault = Fault(kind=kind, times=times, of=chosen, after=after, everywhere=everywhere)
        self.faults.append(fault)
        return fault

    def mend(self) -> None:
        """Let everything go right from now on."""
        self.faults.clear()
        self.history_faults.clear()
        self.revoked = False

    def lose_history(self, reason: str = "channel_gone", *, times: int = 1) -> None:
        """Let the next readings find that the messages can't be had any more."""
        self.history_faults.extend(HistoryLostError(reason) for _ in range(times))

    def deny_history(self, after: float = 0.0, *, times: int = 1) -> None:
        """Let the next readings find that the platform doesn't answer."""
        self.history_faults.extend(PlatformUnavailableError(after) for _ in range(times))

    def longest(self, sanction: OutcomeKind) -> timedelta | None:
        """Return the longest piece in which it holds a sanction by itself."""
        return self.longest_of.get(sanction, timedelta(0))

    def emulated(self) -> frozenset[OutcomeKind]:
        """Return the sanctions that are upheld by deleting what the member writes."""
        return self.upheld

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield pages of what stands in a stream, oldest first."""
        await self._wait()
        if self.history_faults:
            raise self.history_faults.pop(0)
        self.world.catch_up()
        standing = self.world.messages.get(stream, {}).values()
        found = sorted((one for one in standing if after <= one.at <= until), key=lambda one: (one.at, one.ref.message))
        for start in range(0, len(found), self.page_size):
            if start:
                await self._wait()
                if self.history_faults:
                    raise self.history_faults.pop(0)
            yield found[start : start + self.page_size]

    async def around(self, stream: Stream, message: str, at: datetime, side: int) -> Sequence[Message]:
        """Return what stands around a message."""
        await self._wait()
        if self.history_faults:
            raise self.history_faults.pop(0)
        self.world.catch_up()
        found = sorted(self.world.messages.get(stream, {}).values(), key=lambda one: (one.at, one.ref.message))
        place = sum((one.at, one.ref.message) < (at, message) for one in found)
        own = int(place < len(found) and found[place].ref.message == message)
        return found[max(0, place - side) : place + own + side]

    async def read(self, looked: Sequence[tuple[Stream, MessageRef]]) -> Sequence[Message | None]:
        """Return the messages as they are now: each is looked for where it is said to stand, and nowhere else."""
        await self._wait()
        self.world.catch_up()
        return [self.world.messages.get(stream, {}).get(ref.message) for stream, ref in looked]

    async def fetch(
        self, stream: Stream, message: MessageRef, wanted: Mapping[str, int]
    ) -> Mapping[str, bytes | Missing]:
        """Return the files of a message that still stands."""
        await self._wait()
        self.fetched.append(message)
        if self.fetch_faults:
            raise self.fetch_faults.pop(0)
        if self.world.find(message) is None:
            return {}
        held = {name: self.world.files[name] for name in wanted if name in self.world.files}
        return {name: data if len(data) <= wanted[name] else Missing.TOO_LARGE for name, data in held.items()}

    async def enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Do what is asked, unless it goes wrong."""
        await self._wait()
        results = [await self._enforce(effect) for effect in effects]
        if self.short_answers:
            self.short_answers -= 1
            results.pop()
        return results

    async def read_back(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Return what shows of effects asked before."""
        await self._wait()
        self.read_backs.extend(effects)
        self.world.catch_up()
        return [self._read_back(effect) for effect in effects]

    async def standings(self, accounts: Sequence[AccountRef], sanction: OutcomeKind) -> Sequence[Standing | None]:
        """Return how members stand."""
        await self._wait()
        if not self.can_tell_standings:
            return [None for _ in accounts]
        return [self.world.standing(account, sanction) for account in accounts]

    async def roles(self, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
        """Return the roles that members hold; each is called like its id."""
        await self._wait()
        if self.role_faults:
            raise self.role_faults.pop(0)
        self.world.catch_up()
        there = [account if account in self.world.members else None for account in accounts]
        return [{} if one is None else {role: role for role in self.world.roles.get(one, ())} for one in there]

    async def _wait(self) -> None:
        await asyncio.sleep(self.latency)
        if self.revoked:
            raise ConnectionRevokedError

    async def _enforce(self, effect: Effect) -> Result:
        self.asked.append(effect)
        fault = next((fault for fault in self.faults if fault.meets(effect)), None)
        match None if fault is None else fault.kind:
            case None if self.by_hand(effect) and (wish := self._wish(effect)).answer is Answer.DONE:
                return replace(wish, answer=Answer.BY_HAND, reason="no_right", link=self.link)
            case None:
                return self._act(effect)
            case FaultKind.RETRY_AFTER:
                assert fault is not None
                return Result(
                    answer=Answer.RETRY_AFTER, after=fault.after, everywhere=fault.everywhere, reason="http_429"
                )
            case FaultKind.FORBIDDEN:
                return Result(answer=Answer.FORBIDDEN, reason="missing_permission")
            case FaultKind.REVOKED:
                self.revoked = True
                raise ConnectionRevokedError
            case FaultKind.ACTED:
                self._act(effect)
                return Result(answer=Answer.UNKNOWN, reason="http_500")
            case FaultKind.REFUSED:
                return Result(answer=Answer.UNKNOWN, reason="http_500")
            case FaultKind.BROKEN:
                raise ZeroDivisionError
            case FaultKind.ACTED_SILENT:
                self._act(effect)
        await asyncio.Event().wait()
        raise AssertionError

    def _act(self, effect: Effect) -> Result:
        result = self._wish(effect)
        if result.answer is not Answer.DONE:
            return result
        posted = self.world.act(effect)
        return Result(answer=Answer.DONE, posted=posted if effect.kind in _POSTS and effect.message is None else "")

    def _wish(self, effect: Effect) -> Result:
        """Return what would become of an effect."""
        self.world.catch_up()
        if effect.kind is ActionKind.DELETE:
            assert effect.message is not None
            return _DONE if self.world.find(effect.message) is not None or self._shown(effect) else _GONE
        if effect.kind is ActionKind.CARD and effect.message is not None:
            return _DONE if self._shown(effect) else _GONE
        if effect.kind is ActionKind.THREAD:
            return _DONE if self.world.can_talk(effect) else _GONE
        if effect.account is None:
            return _DONE
        if effect.sanction is not None:
            there = effect.sanction is OutcomeKind.BAN or effect.account in self.world.members
            same = self.world.standing(effect.account, effect.sanction) == effect.standing
            return Result(answer=Answer.ALREADY_SO) if same else _DONE if there else _GONE
        return _DONE if effect.account in self.world.members else _GONE

    def _shown(self, effect: Effect) -> bool:
        return effect.message is not None and effect.message.message in self.world.cards

    def _restricted(self, effect: Effect) -> Result:
        assert effect.account is not None
        assert effect.sanction is not None
        held = self.world.held(effect.account, effect.sanction)
        if held.standing != effect.standing:
            return _NOT_DONE
        return _DONE if held.by == effect.action else Result(answer=Answer.ALREADY_SO)

    def _read_back(self, effect: Effect) -> Result:
        if effect.kind not in _POSTS and not self.can_read_states:
            return Result(answer=Answer.UNKNOWN)
        match effect.kind:
            case ActionKind.DELETE:
                assert effect.message is not None
                return _DONE if self.world.find(effect.message) is None and not self._shown(effect) else _NOT_DONE
            case ActionKind.RESTRICT:
                return self._restricted(effect)
            case ActionKind.KICK | ActionKind.ROLE:
                assert effect.account is not None
                has_role = effect.role in self.world.roles.get(effect.account, frozenset())
                is_left = effect.account in self.world.members if effect.kind is ActionKind.KICK else has_role
                return _NOT_DONE if is_left else _DONE
            case ActionKind.THREAD:
                return _DONE if self.world.is_talked(effect) else _NOT_DONE if self.world.can_talk(effect) else _GONE
            case ActionKind.SLOW_MODE | ActionKind.RAID_MODE:
                stands = (
                    self.world.closed.get("", 0) if effect.stream is None else self.world.slow.get(effect.stream, 0)
                )
                return _DONE if stands == effect.amount else _NOT_DONE
        if not self.can_read_back:
            return Result(answer=Answer.UNKNOWN)
        posts = self.world.notices if effect.kind is ActionKind.NOTICE else self.world.cards
        found = next((posted for posted in posts.values() if posted.action == effect.action), None)
        return _NOT_DONE if found is None else Result(answer=Answer.DONE, posted=found.id)


_POSTS = frozenset({ActionKind.NOTICE, ActionKind.CARD})
_DONE = Result(answer=Answer.DONE)
_GONE = Result(answer=Answer.GONE)
_NOT_DONE = Result(answer=Answer.RETRY_AFTER)
