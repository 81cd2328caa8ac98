"""Reads and compiles one community's policies: what every use of them begins with."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.judgement import Mode
from bot.policy.compile import compile_policies, digest
from bot.policy.policy_set import PolicySet
from bot.policy.problems import Problem, in_order
from bot.policy.source import Draft, read_community
from bot.policy.wording import RuleWords, words_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """Policies, or why there are none."""

    #: None when there are errors
    policies: PolicySet | None
    #: every problem by place, warnings included
    problems: tuple[Problem, ...]
    #: digest of everything that was read, errors or not
    version: str = ""
    #: what was read, by path below the policies folder
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    #: the community's mode as the files name it
    mode: Mode = Mode.SHADOW
    #: each rule's conditions in the policy's own words
    words: Mapping[str, RuleWords] = field(default_factory=dict, repr=False)


def load_policies(policies: Path, community: str, *, live: bool = False) -> Loaded:
    """Return the compiled policies of the folder `community` below `policies`, and every problem found in it.

    With `live`, the community's shadow mode is set aside.
    """
    with _without_collections():
        return _loaded(read_community(policies, community), live=live)


def load_files(files: Mapping[str, bytes], community: str, *, live: bool = False) -> Loaded:
    """Return the same of files that are at hand, by path below the policies folder."""
    with _without_collections():
        return _loaded(read_community(Path("policies"), community, files), live=live)


def _loaded(draft: Draft, *, live: bool) -> Loaded:
    compiled = compile_policies(draft, live=live)
    return Loaded(
        policies=compiled,
        problems=in_order(draft.problems),
        version=digest(draft),
        files=dict(draft.files),
        mode=draft.community.mode if draft.community is not None else Mode.SHADOW,
        words=words_of(draft),
    )


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
