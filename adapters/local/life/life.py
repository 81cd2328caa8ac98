"""A community that goes on by itself: plays the script in real time, at a pace, and remembers how far it came."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.local.community import LocalCommunity
from adapters.local.life.act import Act
from adapters.local.life.acting import Memory, carry_out, enrolled
from adapters.local.life.people import members
from adapters.local.life.scenery import Scenery, scenery_of
from adapters.local.life.scenes import offered
from adapters.local.life.script import begun, chapter
from bot.errors import LocumError

SLOWEST, FASTEST = 0.25, 20.0
_NOTE = "life"
#: seconds after which it is looked again whether there are rooms to write in
_NO_ROOMS = 1.0
#: longer steps of a running story would be lost in a crash, and pages would see no progress
_LONGEST_WAIT = 30.0


class NoSuchSceneError(LocumError):
    """There is no such scene, or this community's policies have no rules for it."""


@dataclass(kw_only=True, slots=True, eq=False)
class Strand:
    """One strand of the story: the chapter that is being told, or a scene that somebody began."""

    #: the scene; empty for the chapter
    scene: str = ""
    #: number of the chapter, or of the scene's occasion
    number: int
    #: what happens
    acts: Sequence[Act]
    #: seconds after which nothing more comes of it
    length: float
    #: how many of the acts were done
    place: int = 0
    #: how many seconds of it have passed
    at: float = 0.0

    @property
    def wait(self) -> float:
        """Seconds until something comes, at pace 1."""
        return max(0.0, (self.acts[self.place].at if self.place < len(self.acts) else self.length) - self.at)

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.place >= len(self.acts) and self.at >= self.length


class Life:
    """How one community goes on by itself."""

    def __init__(
        self, community: LocalCommunity, *, seed: int = 1, now: Callable[[], datetime] | None = None,
        eventful: bool = True,
    ) -> None:  # fmt: skip
        """Take up the story where it was left, or begin that of a seed; another seed than before begins anew.

        `now` is the one clock, that of the community unless given; without `eventful`, no scene comes by itself.
        """
        self._community = community
        self._now = now or community.backstage.now
        self._eventful = eventful
        self._asked = self._seed = seed
        self._running, self._pace = True, 1.0
        self._memory = Memory()
        self._count = 0
        self._scenery: Scenery | None = None
        self._strands: list[Strand] = []
        #: where the chapter and the scenes stood, until they are told again: scene, number, place, seconds
        self._left: list[tuple[str, int, int, float]] = [("", 0, 0, 0.0)]
        self._moved = asyncio.Event()
        self._take_up()

    # --- what can be seen and changed

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._running

    @property
    def seed(self) -> int:
        """By which it can be lived again."""
        return self._seed

    @property
    def pace(self) -> float:
        """How fast: 1 for ordinary."""
        return self._pace

    @pace.setter
    def pace(self, value: float) -> None:
        self._pace = min(max(value, SLOWEST), FASTEST) if value == value else 1.0  # noqa: PLR0124 - what isn't a number
        self._changed()

    @property
    def scenes(self) -> Sequence[str]:
        """The scenes that can be begun here."""
        scenery = self._scenery or self._look()
        return offered(scenery) if scenery.places else ()

    def go(self) -> None:
        """Let it go on."""
        self._running = True
        self._changed()

    def pause(self) -> None:
        """Let it stand still, scenes that were begun too."""
        self._running = False
        self._changed()

    def begin(self, scene: str) -> None:
        """Let a scene begin now, beside what goes on; raise NoSuchSceneError."""
        if scene not in self.scenes:
            raise NoSuchSceneError
        self._count += 1
        strand = self._strand(scene, self._count)
        if strand is not None:
            self._strands.append(strand)
        # whoever asks for a scene wants to see it
        self._running = True
        self._changed()

    def again(self, seed: int) -> None:
        """Begin anew from a seed; what stands in the rooms stays, and who passed through comes as somebody new."""
        self._seed = seed
        self._memory = Memory(take=self._memory.take + 1)
        self._strands, self._left = [], [("", 0, 0, 0.0)]
        self._changed()

    # --- how it goes on

    async def run(self) -> None:
        """Go on until cancelled."""
        self._enrol()
        while True:
            self._moved.clear()
            if not self._ready():
                await self._pause(_NO_ROOMS if self._running else None)
                continue
            wait = min(strand.wait for strand in self._strands) / self._pace
            begun_at = asyncio.get_running_loop().time()
            pace = self._pace
            if wait > 0:
                await self._pause(min(wait, _LONGEST_WAIT))
            passed = (asyncio.get_running_loop().time() - begun_at) * pace
            # a machine that slept doesn't tell everything at once
            passed = min(passed, wait * pace)
            for strand in self._strands:
                strand.at += passed
            await self._tell()

    async def _pause(self, longest: float | None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), longest)

    def _ready(self) -> bool:
        """Return whether there is something to tell; what was left off is taken up, and the next chapter begun."""
        if not self._running:
            return False
        if not self._left and self._strands:
            return True
        if not self._look().places:
            return False
        for scene, number, place, at in self._left:
            strand = self._strand(scene, number)
            if strand is not None:
                strand.place, strand.at = min(place, len(strand.acts)), at
                self._strands.append(strand)
        self._left = []
        return bool(self._strands)

    async def _tell(self) -> None:
        """Do what is due, in every strand, and go on to the next chapter where one is over."""
        told = False
        for strand in tuple(self._strands):
            while strand in self._strands and strand.place < len(strand.acts) and strand.wait <= 1e-6:
                act = strand.acts[strand.place]
                # counted first: an act that a crash comes into is left out rather than done twice
                strand.place += 1
                told = True
                await carry_out(self._community, act, self._memory, self._scenery or self._look())
            if strand.ended and strand in self._strands:
                self._strands.remove(strand)
                told = True
                if not strand.scene:
                    self._look()
                    following = self._strand("", strand.number + 1)
                    self._strands += [following] if following is not None else []
        if told:
            self._keep()

    def _strand(self, scene: str, number: int) -> Strand | None:
        scenery = self._scenery or self._look()
        if scene:
            acts: Sequence[Act] = begun(self._seed, scene, number, scenery)
            return Strand(scene=scene, number=number, acts=acts, length=acts[-1].at) if acts else None
        told = chapter(self._seed, number, scenery)
        acts = [act for act in told.acts if self._eventful or not act.scene]
        return Strand(number=number, acts=acts, length=told.length)

    def _look(self) -> Scenery:
        """Return what the community looks like now: rooms and policies change."""
        self._scenery = scenery_of(self._community.chat.rooms(), self._community.backstage.policies)
        return self._scenery

    def _enrol(self) -> None:
        """Let everybody be there who isn't yet."""
        for person in members():
            if self._community.chat.account(person.id) is None:
                self._community.chat.enrol(enrolled(person, person.id, self._now()))

    # --- what outlives a restart

    def _changed(self) -> None:
        self._keep()
        self._moved.set()

    def _keep(self) -> None:
        left = [(one.scene, one.number, one.place, round(one.at, 3)) for one in self._strands] or self._left
        kept = {
            "asked": self._asked, "seed": self._seed, "take": self._memory.take, "running": self._running,
            "pace": self._pace, "count": self._count, "left": left, "posts": self._memory.posts,
            "done": sorted(self._memory.done)[-50:],
        }  # fmt: skip
        self._community.chat.note(_NOTE, json.dumps(kept, ensure_ascii=False))

    def _take_up(self) -> None:
        """Take up what was kept; what can't be read is begun anew."""
        with suppress(ValueError, KeyError, TypeError):
            kept: dict[str, Any] = json.loads(self._community.chat.noted(_NOTE) or "{}")
            if not kept:
                return
            self._count = int(kept["count"])
            if int(kept["asked"]) != self._asked:
                self._memory.take = int(kept["take"]) + 1
                return
            self._memory = Memory(take=int(kept["take"]), posts=dict(kept["posts"]), done=set(kept["done"]))
            self._seed, self._running, self._pace = int(kept["seed"]), bool(kept["running"]), float(kept["pace"])
            self._left = [(str(one[0]), int(one[1]), int(one[2]), float(one[3])) for one in kept["left"]]
