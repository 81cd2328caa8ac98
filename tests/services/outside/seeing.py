"""What tests of what is seen outside share: deeds that are told of, and roles that are looked at."""

from datetime import datetime
from typing import Any

from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed, DeedKind
from bot.domain.sanction import FREE, Standing
from bot.services.outside.noting import Noting
from bot.services.outside.reconciling import reconcile
from tests.stage.stage import CONNECTION, Stage


def noting(stage: Stage) -> Noting:
    """Return what the stage's connection tells of deeds."""
    return Noting(
        store=stage.store,
        keys=stage.keys,
        clock=stage.clock,
        policies=lambda: stage.policies,
        connection=CONNECTION,
        wake=lambda: None,
    )


def deed(stage: Stage, number: int, kind: DeedKind = DeedKind.KICK, **said: Any) -> Deed:
    """Return something that was done just now, by somebody (`by`) to somebody (`member`), both by their ids."""
    refs: dict[str, Any] = {name: stage.ref(said.pop(name)) for name in ("by", "member") if name in said}
    return Deed(id=f"e{number}", kind=kind, at=said.pop("at", stage.clock.now()), **refs, **said)


def standing(stage: Stage, number: int, sanction: OutcomeKind, shown: Standing = FREE, **said: Any) -> Deed:
    """Return a sanction that was set or lifted just now."""
    return deed(stage, number, DeedKind.STANDING, sanction=sanction, standing=shown, **said)


async def see(stage: Stage, *deeds: Deed) -> None:
    """Let the platform tell of deeds, and everything that follows be done."""
    for one in deeds:
        await noting(stage).note(one)
    await stage.perform()


async def by_hand(
    stage: Stage, number: int, user: str, sanction: OutcomeKind, shown: Standing = FREE, *, by: str = "lee",
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Let somebody set or lift a sanction on the platform itself, and the platform tell of it."""
    stage.world.natively(stage.ref(user), sanction, shown)
    await see(stage, standing(stage, number, sanction, shown, member=user, by=by, at=at or stage.clock.now()))


async def look_at_roles(stage: Stage) -> bool:
    """Hold roles against mandates as the program does every minute, and return whether anything was planned."""
    planned = await reconcile(stage.store, stage.keys, stage.clock, stage.policies, stage.platform)
    await stage.perform()
    return planned
