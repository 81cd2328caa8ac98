"""The community of the table, and one try of a command in it that leaves nothing behind."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import delete, func, select

from bot.commands.command import Command
from bot.commands.dispatch import give
from bot.domain.actor import OPERATOR
from bot.domain.command import Invocation, Option, OptionKind, OptionValue
from bot.domain.message import Message
from bot.domain.staff import Level, Shift
from bot.ledger import canonical
from bot.store.columns import new_id
from bot.store.engine import Store, Tx
from bot.store.levels import decide_level
from bot.store.shifts import add_shift
from bot.store.tables import ledger_entries, shifts
from tests.commands.oracle import ASKED, BAD, DONE, FORM, PROPOSED, Case, Role
from tests.stage.policies import COMMUNITY
from tests.stage.stage import CONNECTION, Stage, set_stage

ORGANISATIONS = """\
- id: internal
  kind: internal
  name: Acme association
  shown_as: {en: the acme team, de: das Acme-Team}
  mandates:
    - {id: owning, role: owner}
    - id: leading
      role: lead
      channels: [help, gaming, kneipe, leads]
      queues: [hate, scams, care]
      cases_up_to: critical
      on_shift_only: false
      may: [delete, notice, warn, {timeout: {up_to: 28d}}, quarantine, kick, ban, slow_mode, raid_mode]
    - id: keeping
      role: moderator
      channels: [help, gaming, kneipe]
      queues: [hate, scams, care]
      cases_up_to: critical
      on_shift_only: false
      may: [delete, notice, warn, {timeout: {up_to: 7d}}, quarantine, slow_mode]
      asks: {kick: internal, ban: internal}
  people:
    - {id: ada, alias: Ada, role: owner, starts_as: trusted, accounts: {discord: "900"}}
    - {id: lee, alias: Lee, role: lead, starts_as: trusted, accounts: {discord: "901"}}
    - {id: mo, alias: Mo, role: moderator, starts_as: trusted, accounts: {discord: "902"}}
    - {id: kit, alias: Kit, role: moderator, starts_as: trusted, accounts: {discord: "903"}}
- id: nightwatch
  kind: partner
  name: Nightwatch GmbH
  shown_as: {en: Nightwatch, de: Nightwatch}
  contract: {from: 2025-01-01, until: 2026-12-31, wind_down: 14d, seats: 6,
             data_agreement: {signed: 2024-12-12, reference: DPA-1}}
  mandates:
    - id: night-moderation
      role: moderator
      channels: [help, gaming, kneipe]
      queues: [hate, scams]
      cases_up_to: high
      on_shift_only: true
      may: [delete, notice, warn, {timeout: {up_to: 24h}}]
      asks: {kick: internal, ban: internal}
  people:
    - {id: robin, alias: Robin, role: moderator, starts_as: trusted, languages: [en], accounts: {discord: "910"}}
    - {id: heron, alias: Heron, role: partner_lead, starts_as: trusted, languages: [en], accounts: {discord: "912"}}
    - {id: wren, alias: Wren, role: moderator, starts_as: trusted, languages: [en], accounts: {discord: "913"}}
- id: faro
  kind: partner
  name: Faro
  shown_as: {en: Faro, de: Faro}
  contract: {from: 2025-01-01, until: 2027-12-31, wind_down: 7d, seats: 3,
             data_agreement: {signed: 2024-12-12, reference: DPA-2}}
  mandates:
    - id: day-moderation
      role: moderator
      channels: [help, gaming]
      queues: [scams]
      cases_up_to: medium
      on_shift_only: true
      may: [delete, notice, warn, {timeout: {up_to: 1h}}]
      asks: {ban: internal}
  people:
    - {id: onda, alias: Onda, role: moderator, starts_as: trusted, languages: [en, de], accounts: {discord: "920"}}
    - {id: mare, alias: Mare, role: moderator, starts_as: trusted, languages: [en], accounts: {discord: "922"}}
"""

#: what an option is given where its kind doesn't say enough
_GIVEN: Mapping[tuple[str, str], OptionValue] = {
    ("lead.policy", "what"): "show",
    ("lead.level", "to"): "sampled",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a command."""

    #: one of the oracle's words
    word: str
    #: how many entries of each kind it wrote
    entries: Counter[str]
    #: what was answered
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Within:
    """A store all of whose writing happens within one transaction that is rolled back at the end."""

    store: Store
    tx: Tx

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        """Begin a part of the transaction that is undone when an error passes."""
        async with self.tx.begin_nested():
            yield self.tx

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction that reads what was there before."""
        return self.store.reading()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A community in which every command can be tried by everybody."""

    stage: Stage
    #: by an ordinary member
    message: Message

    @asynccontextmanager
    async def as_role(self, role: Role, level: Level, *, on_shift: bool) -> AsyncIterator[Tx]:
        """Let somebody be trusted so far, and be on shift or not; then hold one transaction that comes to nothing."""
        person = self.stage.policies.governance.roster.people.get(role.who)
        now = self.stage.clock.now()
        async with self.stage.store.writing() as tx:
            await tx.execute(delete(shifts))
            if person is not None:
                await decide_level(tx, "acme", person.id, level, actor=OPERATOR, at=now)
                shift = Shift(
                    id=new_id(), person=person.id, organisation=person.organisation, start=now,
                    until=now + timedelta(hours=8),
                )  # fmt: skip
                if on_shift:
                    await add_shift(tx, "acme", shift)
        async with self.stage.store.writing() as tx:
            kept = await tx.begin_nested()
            yield tx
            await kept.rollback()

    async def outcome(self, tx: Tx, case: Case) -> Outcome:
        """Try a command, and return what became of it."""
        before = await tx.scalar(select(func.count()).select_from(ledger_entries)) or 0
        kept = await tx.begin_nested()
        desk = replace(self.stage.desk, store=cast("Store", _Within(store=self.stage.store, tx=tx)))
        try:
            reply = await give(desk, self._invocation(case))
        except Exception as error:  # noqa: BLE001 - a command that breaks is one wrong cell, told beside the others
            await kept.rollback()
            return Outcome(word=f"broken: {error!r}", entries=Counter(), text="")
        written = (await tx.scalars(select(ledger_entries.c.body).where(ledger_entries.c.seq >= before))).all()
        await kept.rollback()
        entries: list[Any] = [canonical.read(body) for body in written]
        kinds = Counter(entry["kind"] for entry in entries)
        codes = [entry["details"]["reason"] for entry in entries if entry["kind"] == "refused"]
        return Outcome(word=_word(kinds, codes, done=reply.done, form=reply.form is not None), entries=kinds,
                       text=reply.text)  # fmt: skip

    def _invocation(self, case: Case) -> Invocation:
        return Invocation(
            community="acme",
            id=new_id(),
            account=self.stage.ref(case.role.who),
            command=case.command.name,
            options=self._options(case),
            channel=self.stage.channel(case.scope),
            connection=CONNECTION,
        )

    def _options(self, case: Case) -> dict[str, OptionValue]:
        given = {one.name: self._value(case, one) for one in case.command.options if _is_given(case.command, one)}
        if not case.command.typed:
            # a button for something that isn't there any more
            given |= {"subject": "0" * 32, "version": "1"}
        return given

    def _value(self, case: Case, option: Option) -> OptionValue:
        known = _GIVEN.get((case.command.name, option.name))
        if known is not None:
            return known
        values: dict[OptionKind, OptionValue] = {
            OptionKind.MEMBER: self.stage.member("u9"),
            OptionKind.MEMBERS: (self.stage.member("u9"), self.stage.member("u8")),
            OptionKind.MESSAGE: replace(self.message, channel=self.stage.channel(case.scope)),
            OptionKind.CHANNEL: self.stage.channel(case.scope),
            OptionKind.GUIDELINE: "respect",
            OptionKind.DURATION: "10m",
            OptionKind.CASE: "ZZZZ",
            OptionKind.QUEUE: "hate",
            OptionKind.PERSON: case.role.names or "wren",
            OptionKind.ORGANISATION: case.role.organisation or "nightwatch",
            OptionKind.RULE: "respect/slur",
            OptionKind.SANCTION: "ZZZZ",
            OptionKind.CHOICE: option.choices[0] if option.choices else "",
            OptionKind.NUMBER: 5,
            OptionKind.TEXT: "because of what was written",
        }
        return values[option.kind]


def _is_given(command: Command, option: Option) -> bool:
    """Return whether an option is given: what must be, and what says to whom and for how long."""
    if option.kind is OptionKind.CASE:
        return option.required
    if command.name == "lead.suspend":
        return option.name != "organisation"
    return option.required or option.name in ("for", "guideline", "why")


def _word(kinds: "Counter[str]", codes: list[str], *, done: bool, form: bool) -> str:
    if codes:
        return f"denied:{codes[0]}"
    if not done:
        return BAD
    if form:
        return FORM
    if kinds["approval_asked"]:
        return ASKED
    return PROPOSED if kinds["proposed"] else DONE


async def set_table(store: Store) -> Table:
    """Return the community."""
    community = COMMUNITY.replace("approvals: {within: 30m, by_another_organisation: [ban]}\n", "")
    stage = await set_stage(store, ("organisations.yaml", ORGANISATIONS), ("community.yaml", community))
    message = await stage.say("good morning", user="u9")
    return Table(stage=stage, message=message)
