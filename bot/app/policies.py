"""The policies by which a running program goes: those that are active in the database, swapped when others are.

What stands in the folder is only ever proposed. Every process looks for itself which policies are active; whoever
owns a community's intake looks after what is saved.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.app.building import BrokenPoliciesError
from bot.app.community import CommunityRun
from bot.app.frame import Frame
from bot.app.saving import Saved, print_of, settled_folder
from bot.domain.actor import OPERATOR
from bot.domain.judgement import Mode
from bot.policy.load import Loaded, load_policies
from bot.policy.policy_set import PolicySet
from bot.policy.problems import Problem
from bot.services.beginning import First
from bot.services.policies.keeping import VersionGoneError, compiled, in_mode, sound
from bot.services.policies.proposing import draft_of, is_sound, propose
from bot.services.policies.weighing import weigh_proposal
from bot.services.work import begin_work
from bot.store.engine import Store
from bot.store.policies import active_policies
from bot.store.policy_proposals import ProposalState, unweighed_proposals
from bot.store.policy_versions import kept_files
from bot.store.tripped import all_tripped

#: a proposal waits so long for a platform to be connected; after that, what can't be read isn't
_PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Policies that a community goes by, with what made them so."""

    #: compiled from the kept files, the community's own mode set aside
    loaded: Loaded
    #: live or shadow, as a lead said
    mode: str
    #: rules that dropped to shadow
    tripped: frozenset[str] = frozenset()

    @property
    def policies(self) -> PolicySet:
        """The policies as they judge."""
        return in_mode(sound(self.loaded, self.loaded.version, self.mode), self.mode, self.tripped)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What came of a look at the files of one community, which were saved since the last."""

    #: whose they are
    community: str
    #: what is wrong with them; none when they are sound
    errors: tuple[Problem, ...]
    #: whether they wait for a lead now, who may apply them
    proposed: bool


def unheard(_look: Look) -> None:
    """Let nobody hear of it."""


@dataclass(kw_only=True, slots=True)
class RunningPolicies:
    """What every community goes by at the moment."""

    #: by community: the one mapping that all parts of the program look into
    sets: dict[str, PolicySet] = field(default_factory=dict)
    #: the same with what made them so
    held: dict[str, Held] = field(default_factory=dict)
    #: what becomes active with this start
    first: dict[str, First] = field(default_factory=dict)
    #: what was seen of each community's folder
    saved: dict[str, Saved] = field(default_factory=dict)
    #: hears what came of every look at saved files
    looked: Callable[[Look], None] = unheard

    def hold(self, community: str, held: Held) -> PolicySet:
        """Go by other policies from now on, and return them."""
        self.held[community] = held
        self.sets[community] = held.policies
        return self.sets[community]

    def read(self, folder: Path, communities: Sequence[str]) -> Mapping[str, Loaded]:
        """Return what a folder holds for communities, compiled; the first look at it then need not do that again."""
        found = {}
        for community in communities:
            begun = print_of(folder, community)
            loaded = load_policies(folder, community, live=True)
            self.saved[community] = Saved(begun=begun, loaded=loaded)
            found[community] = loaded
        return found

    async def begin(self, store: Store, folder: Mapping[str, Loaded], *, first: Mode, trusting: bool) -> None:
        """Find what each community goes by: what is active in the database; the folder's where nothing is.

        A community that is new begins in the mode `first`. Where the folder is trusted, what it holds is active, in
        the mode that it names. Raises BrokenPoliciesError, VersionGoneError, VersionUnusableError.
        """
        async with store.reading() as tx:
            active, fallen = await active_policies(tx), await all_tripped(tx)
        fresh = {name: loaded for name, loaded in folder.items() if trusting or name not in active}
        if not all(is_sound(loaded) for loaded in fresh.values()):
            raise BrokenPoliciesError([one for loaded in fresh.values() for one in _errors(loaded)])
        for community, loaded in folder.items():
            if community in fresh:
                mode = loaded.mode if trusting else first
                self.first[community] = First(loaded=loaded, mode=mode)
                held = Held(loaded=loaded, mode=mode.value)
            else:
                version, kept_mode = active[community]
                kept = await _kept(store, community, version, loaded)
                held = Held(loaded=kept, mode=kept_mode, tripped=fallen.get(community, frozenset()))
            self.hold(community, held)

    async def swap(self, frame: Frame, communities: Sequence[CommunityRun]) -> None:
        """Go by what is active now, wherever that differs: another version or mode, rules that fell into shadow."""
        async with frame.store.reading() as tx:
            active, fallen = await active_policies(tx), await all_tripped(tx)
        for run in communities:
            community, held = run.community, self.held[run.community]
            version, mode = active.get(community, (held.loaded.version, held.mode))
            tripped = fallen.get(community, frozenset())
            if (version, mode, tripped) == (held.loaded.version, held.mode, held.tripped):
                continue
            same = version == held.loaded.version
            loaded = held.loaded if same else await _kept(frame.store, community, version)
            policies = self.hold(community, Held(loaded=loaded, mode=mode, tripped=tripped))
            if run.intake is not None:
                run.intake.use(policies)
            frame.tell.info("policies_swapped", community=community, policy=version, state=mode, count=len(tripped))

    async def look_at_folder(self, frame: Frame, communities: Sequence[CommunityRun]) -> None:
        """Propose what was saved since the last look, once nobody writes any more."""
        for run in communities:
            if run.intake is None or frame.folder is None:
                continue
            known = self.saved.setdefault(run.community, Saved())
            seen = await settled_folder(frame.folder, run.community, known)
            if seen is None:
                continue
            loaded = known.loaded if seen == known.begun else None
            if loaded is None:
                loaded = await asyncio.to_thread(load_policies, frame.folder, run.community, live=True)
            await self._propose(frame, run, loaded)
            known.seen, known.loaded = seen, None

    async def _propose(self, frame: Frame, run: CommunityRun, loaded: Loaded) -> None:
        held = self.held[run.community]
        draft = await asyncio.to_thread(draft_of, held.loaded, loaded, held.mode)
        async with frame.store.writing() as tx:
            work = await begin_work(tx, frame.keys, self.sets[run.community], frame.clock.now())
            proposal = await propose(work, draft, OPERATOR, [one.connection for one in run.connections])
            await work.finish()
        proposed = proposal is not None and proposal.state is ProposalState.OPEN
        self.looked(Look(community=run.community, errors=_errors(loaded), proposed=proposed))
        if proposal is None:
            return
        if proposed:
            frame.tell.info("policies_proposed", community=run.community, policy=proposal.version)
        else:
            for problem in _errors(loaded):
                code = problem.message.key
                frame.tell.error("policies_broken", community=run.community, place=str(problem.place), code=code)
        run.wake()

    async def weigh(self, frame: Frame, communities: Sequence[CommunityRun]) -> None:
        """Read back what open proposals would have done to the last day."""
        for run in communities:
            if run.intake is None:
                continue
            async with frame.store.reading() as tx:
                waiting = await unweighed_proposals(tx, run.community)
            platforms = {one.connection: one.platform for one in run.connections if one.platform is not None}
            for proposal in waiting[:1]:
                missing = len(platforms) < len(run.connections)
                if missing and frame.clock.now() - proposal.proposed_at < _PATIENCE:
                    continue
                policies = self.sets[run.community]
                if await weigh_proposal(frame.store, frame.keys, frame.clock, policies, proposal, platforms):
                    run.wake()


def _errors(loaded: Loaded) -> tuple[Problem, ...]:
    return tuple(problem for problem in loaded.problems if not problem.is_warning)


async def _kept(store: Store, community: str, version: str, known: Loaded | None = None) -> Loaded:
    """Return kept policies; what is known is taken where it comes from the same files.

    Raises VersionGoneError, VersionUnusableError.
    """
    async with store.reading() as tx:
        files = await kept_files(tx, community, version)
    if files is None:
        raise VersionGoneError
    # what stands in the folder is mostly what is active
    same = known is not None and known.version == version and dict(known.files) == dict(files)
    loaded = known if same and known is not None else await asyncio.to_thread(compiled, files, community)
    sound(loaded, version, Mode.LIVE.value)
    return loaded
