"""Looks behind the scenes of a stage."""

from bot.services.tracing.tracing import Tracing
from tests.stage.stage import Stage


def tracing(stage: Stage) -> Tracing:
    """Return what a look at the stage is made with."""
    return Tracing(store=stage.store, keys=stage.keys, policies=stage.policies, now=stage.clock.now())
