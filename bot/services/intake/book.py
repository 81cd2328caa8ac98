"""What is known of the members when a batch is stored, and what storing it writes: values that planning works on."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.action import Action
from bot.domain.budget import Budget
from bot.domain.case import Case
from bot.domain.effect import EffectKey
from bot.domain.governance import Governance
from bot.domain.judgement import Mode
from bot.domain.ladder import Ladder, Strike
from bot.domain.place import Connection, Stream
from bot.domain.right import Right
from bot.domain.sanction import Sanction
from bot.domain.wave import Signs, Trace
from bot.services.record import Draft
from bot.store.approvals import Approval
from bot.store.bulk import BulkRow
from bot.store.cards import CardRow
from bot.store.copies import Copy
from bot.store.decisions import Decision
from bot.store.incidents import KeptIncident
from bot.store.seen import SeenKey
from bot.store.spendings import Spending
from bot.store.strikes import NewStrike
from bot.store.timers import Timer


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What is known of the members and messages of a batch with findings, read in the transaction that stores it."""

    #: the community
    community: str
    #: its strike ladder
    ladder: Ladder | None = None
    #: incidents near the messages' times, by account
    incidents: Mapping[str, Sequence[KeptIncident]] = field(default_factory=dict)
    #: live cases that nobody resolved, by account
    cases: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    #: strikes that nobody took back, by account, oldest first
    strikes: Mapping[str, Sequence[Strike]] = field(default_factory=dict)
    #: surrogates of messages that have one
    messages: Mapping[SeenKey, str] = field(default_factory=dict)
    #: what followed already, by the message's surrogate
    effects: Mapping[str, Mapping[EffectKey, Mode]] = field(default_factory=dict)
    #: copies of these messages, however far they are, by the message's surrogate
    copies: Mapping[str, Copy] = field(default_factory=dict)
    #: cards of the open cases
    cards: Sequence[CardRow] = ()
    #: those of them, and of the digests, that are about to be drawn anew: whatever is written now will show
    drawn_soon: AbstractSet[str] = frozenset()
    #: likewise, while an older state of them is being drawn: they are to show more than that
    drawn_after: AbstractSet[str] = frozenset()
    #: the leads' channel, where a connection has one
    leads: Mapping[Connection, Stream] = field(default_factory=dict)
    #: how many cases came to be a moment ago, by queue
    recent: Mapping[str, int] = field(default_factory=dict)
    #: digests that still take up cases, by queue
    digests: Mapping[str, CardRow] = field(default_factory=dict)
    #: what the policies say about people, seats that partners filled included
    governance: Governance = field(default_factory=Governance)
    #: what automation asks people for already, by account; read where more may be asked for
    waiting: Mapping[str, Sequence[Approval]] = field(default_factory=dict)
    #: how far automation's budgets are used up, by power; only those that may be needed
    spent: Mapping[Right, Sequence[tuple[Budget, int]]] = field(default_factory=dict)
    #: how many members a rule sanctioned within the breaker's window, by rule; likewise
    sanctioned: Mapping[str, int] = field(default_factory=dict)
    #: how long a wave goes on; None where each member has a case of their own
    wave_within: timedelta | None = None
    #: what these messages are known by, as far as others' may be alike
    signs: Mapping[SeenKey, Signs] = field(default_factory=dict)
    #: what the open cases are known by, oldest first; of `cases`, those of several members are under no account
    traces: Sequence[Trace] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Imposed:
    """A sanction that was decided, with what stands behind it."""

    #: the sanction
    sanction: Sanction
    #: surrogate of the decision
    decision: str


@dataclass(kw_only=True, slots=True)
class Writes:
    """Everything that storing a batch writes, table by table."""

    #: messages that had no surrogate
    messages: list[Mapping[str, Any]] = field(default_factory=list)
    #: new cases
    opened: list[Case] = field(default_factory=list)
    #: open cases that became more
    raised: list[Case] = field(default_factory=list)
    #: what cases are known by
    traces: list[Trace] = field(default_factory=list)
    #: incidents as they stand now
    incidents: list[KeptIncident] = field(default_factory=list)
    #: decisions
    decisions: list[Decision] = field(default_factory=list)
    #: what followed from which message: message, rule, outcome, decision, mode
    effects: list[BulkRow] = field(default_factory=list)
    #: what is to be copied of messages, or never may be
    copies: list[Copy] = field(default_factory=list)
    #: strikes
    strikes: list[NewStrike] = field(default_factory=list)
    #: sanctions
    sanctions: list[Imposed] = field(default_factory=list)
    #: actions
    actions: list[Action] = field(default_factory=list)
    #: timers
    timers: list[Timer] = field(default_factory=list)
    #: cards with the version that is wanted now
    cards: list[CardRow] = field(default_factory=list)
    #: what waits for somebody's yes, beside the actions that are held
    approvals: list[Approval] = field(default_factory=list)
    #: requests that took something up: as they were, and as they are
    joined: list[tuple[Approval, Approval]] = field(default_factory=list)
    #: what counts against budgets
    spendings: list[Spending] = field(default_factory=list)
    #: rules that sanctioned too many
    tripped: list[str] = field(default_factory=list)
    #: pages, of which each is sent once
    pages: list[Action] = field(default_factory=list)
    #: entries of the ledger
    drafts: list[Draft] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Book:
    """The state as it changes while a batch is planned, message by message."""

    #: what was known before
    state: State
    #: the time of storing
    now: datetime
    #: what will be written
    writes: Writes = field(default_factory=Writes)
    #: incidents near the messages' times, by account
    incidents: dict[str, list[KeptIncident]] = field(default_factory=dict)
    #: incidents that changed, by surrogate
    changed: dict[str, KeptIncident] = field(default_factory=dict)
    #: open cases by account
    cases: dict[str, list[Case]] = field(default_factory=dict)
    #: cases opened or raised: surrogate → the connection that shows them
    touched: dict[str, Connection] = field(default_factory=dict)
    #: the newest decision in each case: case → decision
    decided: dict[str, str] = field(default_factory=dict)
    #: surrogates of cases opened here
    new_cases: set[str] = field(default_factory=set)
    #: under which account each open case is
    holders: dict[str, str] = field(default_factory=dict)
    #: surrogates of cases that became those of several members here
    shared: set[str] = field(default_factory=set)
    #: what the open cases are known by, and what of it is to be written
    traces: dict[str, Trace] = field(default_factory=dict)
    left: dict[str, Trace] = field(default_factory=dict)
    #: strikes by account
    strikes: dict[str, list[Strike]] = field(default_factory=dict)
    #: surrogates of messages
    messages: dict[SeenKey, str] = field(default_factory=dict)
    #: what followed, by the message's surrogate
    effects: dict[str, dict[EffectKey, Mode]] = field(default_factory=dict)
    #: copies of messages, by the message's surrogate, and those of them that are to be written
    copies: dict[str, Copy] = field(default_factory=dict)
    wanted: dict[str, Copy] = field(default_factory=dict)
    #: cases opened here of which what stood around is copied
    surrounded: set[str] = field(default_factory=set)
    #: requests that wait, by account
    waiting: dict[str, list[Approval]] = field(default_factory=dict)
    #: requests opened or changed here, by surrogate
    requests: dict[str, Approval] = field(default_factory=dict)
    #: automation's budgets as they are used up
    spent: dict[Right, Sequence[tuple[Budget, int]]] = field(default_factory=dict)
    #: what was counted against them here
    met: set[tuple[Right, str]] = field(default_factory=set)
    #: members sanctioned here, by rule
    sanctioned: dict[str, set[str]] = field(default_factory=dict)
    #: budgets of which somebody is told that they are used up
    told: set[Right] = field(default_factory=set)


def open_book(state: State, now: datetime) -> Book:
    """Return the book in which a batch is planned."""
    return Book(
        state=state,
        now=now,
        incidents={account: list(held) for account, held in state.incidents.items()},
        cases={account: list(held) for account, held in state.cases.items()},
        strikes={account: list(held) for account, held in state.strikes.items()},
        messages=dict(state.messages),
        effects={message: dict(held) for message, held in state.effects.items()},
        copies=dict(state.copies),
        waiting={account: list(held) for account, held in state.waiting.items()},
        holders={case.id: account for account, held in state.cases.items() for case in held},
        traces={trace.id: trace for trace in state.traces},
        spent=dict(state.spent),
    )
