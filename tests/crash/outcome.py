"""What there is in the end, without surrogates and times: equal after every way of dying on the way there."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bot.domain.action import ActionKind, ActionState
from bot.domain.outcome import OutcomeKind
from bot.ledger.keys import read_signer
from bot.ports import Keys
from bot.services.ledger.verifying import verify
from bot.store.engine import Store, Tx
from bot.store.tables import accounts, actions, cases, decisions, gaps, incidents, messages, sanctions, seen, strikes
from tests.crash.script import END, account, steps
from tests.fakes.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of everything."""

    #: messages that were judged
    judged: tuple[str, ...]
    #: message, mode, rules and outcomes of every decision, but for what follows once however many messages there were
    decisions: tuple[tuple[str, ...], ...]
    #: member and outcome of every step of the ladder, and of every ban: what is read back is judged behind what came
    #: meanwhile, and so the message from which it follows may be another one, never how often it follows
    once: tuple[tuple[str, str], ...]
    #: member of every incident and case
    incidents: tuple[str, ...]
    cases: tuple[str, ...]
    #: member and weight of every strike
    strikes: tuple[tuple[str, int], ...]
    #: member and kind of every sanction
    sanctions: tuple[tuple[str, str], ...]
    #: kind, whom or what it is about, and how it ended, of every action but the end of a sanction
    actions: tuple[tuple[str, str, str], ...]
    #: messages that stand on the platform
    standing: tuple[str, ...]
    #: members who got a notice, each as often as they got one
    noticed: tuple[str, ...]
    #: cards that hang
    cards: int
    #: members who are out, and whether they are banned
    out: tuple[tuple[str, bool], ...]
    #: effects on the platform that happened more than once, by kind and target
    repeated: tuple[tuple[str, str, int], ...]
    #: gaps that aren't closed
    open_gaps: int
    #: what the ledger's check complains about
    complaints: tuple[str, ...]


async def outcome_of(store: Store, world_file: Path, keys: Keys) -> Outcome:
    """Return what there is in the end."""
    world = World(world_file, now=lambda: END)
    async with store.reading() as tx:
        names = dict((await tx.execute(select(accounts.c.id, accounts.c.user))).tuples().all())
        refs = dict((await tx.execute(select(messages.c.id, messages.c.message))).tuples().all())
        said = select(
            decisions.c.message, decisions.c.mode, decisions.c.rules, decisions.c.outcomes, decisions.c.account
        )
        decided = (await tx.execute(said)).all()
        found = Outcome(
            judged=tuple(sorted((await tx.execute(select(seen.c.message))).scalars())),
            decisions=tuple(sorted(
                (refs[name], mode, rules, _outcomes(told, once=False)) for name, mode, rules, told, _ in decided
            )),
            once=tuple(sorted(
                (names[one], so) for *_, told, one in decided if (so := _outcomes(told, once=True)) != "[]"
            )),
            incidents=tuple(sorted(names[one] for one in (await tx.execute(select(incidents.c.account))).scalars())),
            cases=tuple(sorted(names[one] for one in (await tx.execute(select(cases.c.account))).scalars())),
            strikes=tuple(sorted(
                (names[one], amount)
                for one, amount in await tx.execute(select(strikes.c.account, strikes.c.amount))
            )),
            sanctions=tuple(sorted(
                (names[one], kind) for one, kind in await tx.execute(select(sanctions.c.account, sanctions.c.kind))
            )),
            actions=await _actions(tx, names | refs),
            standing=tuple(sorted(name for channel in world.messages.values() for name in channel)),
            noticed=tuple(sorted(one.account.user for one in world.notices.values() if one.account is not None)),
            cards=len(world.cards),
            out=_out(world),
            repeated=_repeated(world),
            open_gaps=(await tx.execute(select(func.count()).where(gaps.c.state == "open"))).scalar_one(),
            complaints=(),
        )  # fmt: skip
    logs = [read_signer(secret.value.decode()).verifier for secret in keys.signing("locum.example/acme")]
    report = await verify(store, "acme", logs=logs)
    world.close()
    unfinished = [
        f"{kind} {state}"
        for kind, _, state in found.actions
        if ActionState(state) in {ActionState.PLANNED, ActionState.ATTEMPTED, ActionState.UNKNOWN, ActionState.DEAD}
    ]
    return _with(found, (*unfinished, *(problem.say() for problem in report.problems)))


def _outcomes(told: str, *, once: bool) -> str:
    """Return those outcomes of a decision that follow once, however many messages there were, or the others."""
    return json.dumps([one for one in json.loads(told) if _is_once(one) is once])


def _is_once(outcome: Mapping[str, object]) -> bool:
    """Return whether one outcome is enough for an incident: a step of the ladder, a ban."""
    return outcome.get("rule") == "ladder" or outcome["kind"] == OutcomeKind.BAN.value


async def _actions(tx: Tx, known: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return every action, under the platform's id of whom or what it is about."""
    return tuple(sorted(
        (kind, known.get(about, ""), _gone(kind, state))
        for kind, target, state, key in await tx.execute(
            select(actions.c.kind, actions.c.target, actions.c.state, actions.c.key)
        )
        # how often a card was brought up to date depends on what was judged together
        if not key.endswith(":end") and kind != ActionKind.CARD.value
        for about in [target.partition(":")[2]]
    ))  # fmt: skip


def _out(world: World) -> tuple[tuple[str, bool], ...]:
    people = {step.author.key for step in steps()}
    return tuple(sorted(
        (user, world.standing(account(user), OutcomeKind.BAN).held)
        for user in people
        if account(user) not in world.members or world.standing(account(user), OutcomeKind.BAN).held
    ))  # fmt: skip


def _gone(kind: str, state: str) -> str:
    """Return how an action ended; a message may go with a ban or for itself, whichever comes first."""
    purged = (kind, state) == (ActionKind.DELETE.value, ActionState.SUPERSEDED.value)
    return ActionState.CONFIRMED.value if purged else state


def _with(found: Outcome, complaints: tuple[str, ...]) -> Outcome:
    fields = {name: getattr(found, name) for name in Outcome.__slots__}
    return Outcome(**{**fields, "complaints": complaints})


def _repeated(world: World) -> tuple[tuple[str, str, int], ...]:
    """Return effects that happened more than once; a sanction may be extended, and a card brought up to date."""
    once = {ActionKind.DELETE, ActionKind.NOTICE, ActionKind.KICK, ActionKind.PAGE}
    by_action = Counter({name: count for name, count in world.by_action.items() if count > 1})
    kinds = {name: (kind, target) for kind, target, name in world.log}
    return tuple(
        (kind.value, target, count)
        for name, count in sorted(by_action.items())
        for kind, target in [kinds[name]]
        if kind in once or count > 1
    )
