"""Reads and compiles one community's policies: what every use of them begins with."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.policy.compile import compile_policies
from bot.policy.policy_set import PolicySet
from bot.policy.problems import Problem, in_order
from bot.policy.source import read_community


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """Policies, or why there are none."""

    #: None when there are errors
    policies: PolicySet | None
    #: every problem by place, warnings included
    problems: tuple[Problem, ...]


def load_policies(policies: Path, community: str, *, live: bool = False) -> Loaded:
    """Return the compiled policies of the folder `community` below `policies`, and every problem found in it.

    With `live`, the community's shadow mode is set aside.
    """
    with _without_collections():
        draft = read_community(policies, community)
        compiled = compile_policies(draft, live=live)
    return Loaded(policies=compiled, problems=in_order(draft.problems))


@contextmanager
def _without_collections() -> Iterator[None]:
    """Put garbage collection off: nearly all that is built stays, and each collection would walk through it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
