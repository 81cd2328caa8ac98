"""A stage on which people ask for somebody's yes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.card import Card
from bot.domain.command import Reply
from bot.domain.staff import Shift
from bot.store.columns import new_id
from bot.store.engine import Store
from bot.store.shifts import add_shift
from tests.stage.stage import Stage, set_stage


@dataclass(kw_only=True)
class House:
    """The stage, and what is looked at again and again."""

    #: the stage
    stage: Stage

    async def begin_shift(self, person: str, lasts: timedelta = timedelta(hours=8)) -> None:
        """Put somebody on duty for their organisation."""
        organisation = self.stage.policies.governance.roster.people[person].organisation
        now = self.stage.clock.now()
        async with self.stage.store.writing() as tx:
            await add_shift(
                tx,
                self.stage.policies.community,
                Shift(id=new_id(), person=person, organisation=organisation, start=now, until=now + lasts),
            )

    async def ask_for_ban(self, who: str = "robin", user: str = "u1", **options: Any) -> Reply:
        """Let somebody ask for a ban; Nightwatch's people may not ban alone."""
        self.stage.world.join(self.stage.ref(user))
        given = {"guideline": "respect", "why": "third time this week", **options}
        return await self.stage.give(who, "mod.ban", member=self.stage.member(user), **given)

    async def send(self, who: str, form: str, **fields: str) -> Reply:
        """Let somebody send a form; a field may be called whatever it likes."""
        command, subject, version = form.split(":")
        return await self.stage.give(who, command, where="leads", subject=subject, version=version, **fields)

    async def requests(self, **where: Any) -> list[dict[str, Any]]:
        """Return the rows of requests."""
        return await self.stage.rows("approvals", **where)

    def card(self) -> Card:
        """Return the one request's card in the leads' channel."""
        (found,) = self.cards()
        return found

    def cards(self) -> list[Card]:
        """Return the cards of requests, as they are shown."""
        return [card for card in self.stage.cards() if "asks" in card.title]

    async def holding(self, kind: str, user: str = "u1") -> bool:
        """Return whether the member is under a sanction of that kind."""
        now = self.stage.clock.now()
        return any(
            row["kind"] == kind and row["lifted_at"] is None and (row["until"] is None or row["until"] > now)
            for row in await self.stage.rows("sanctions")
        )

    async def refused(self) -> list[str]:
        """Return why attempts were refused, by code."""
        return [str(entry["details"]["reason"]) for entry in await self.stage.entries("refused")]


async def open_house(store: Store, *files: tuple[str, str]) -> House:
    """Return a stage on which nobody is on duty yet."""
    return House(stage=await set_stage(store, *files))
