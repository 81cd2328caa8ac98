"""What every signal module declares: its name, its parameters and how they compile."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, model_validator

from bot.i18n import Phrase
from bot.policy.detection import Detector, Trigger
from bot.policy.watch import Watch


class Params(BaseModel):
    """Parameters of a signal as YAML holds them; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    #: the field that a bare value fills: `caps: 0.7` means `caps: {share: 0.7}`
    short: ClassVar[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _expand_short_form(cls, value: Any) -> Any:
        if cls.short is not None and not isinstance(value, Mapping):
            return {cls.short: value}
        return value


def key_of(name: str, params: Params) -> str:
    """Return a condition's stable name: equal parameters of one signal give equal keys, in every process."""
    content = params.model_dump(mode="json", exclude_none=True)
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{name}:{blake2b(canonical.encode(), digest_size=8).hexdigest()}"


Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListEntry:
    """One line of a list file."""

    #: the line without comment and surrounding space
    text: str
    #: file and line, for messages: `acme/lists/slurs-de.txt:14`
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One literal to look for."""

    #: as written in the policy, `*` at either end allowed
    text: str
    #: only in channels with this language; None everywhere
    language: str | None = None
    #: where it stands, relative to the signal's parameters
    path: Path = field(default=(), compare=False)
    #: file and line, when it stands in a list
    place: str = field(default="", compare=False)


class Assembly(Protocol):
    """What a signal may ask for while its parameters are compiled.

    Everything that is looked for in text is registered here, so that one scan serves all rules.
    `path` arguments are relative to the signal's parameters (`("lists", "de")`); errors raised through `error`
    carry the place in the YAML file, and compiling goes on, so that all errors come at once.
    """

    def terms(
        self,
        terms: tuple[Term, ...],
        *,
        allow: tuple[Term, ...] = (),
        contains: bool = False,
        typos: bool = False,
        in_names: bool = False,
        path: Path = (),
    ) -> int:
        """Register literals as one group, looked for in texts or in names, and return its scan id."""
        ...

    def pattern(self, source: str, *, folded: bool = False, path: Path = ()) -> int | None:
        """Register an RE2 pattern and return its scan id, or None after reporting why it can't be used."""
        ...

    def read_list(self, name: str, *, path: Path = ()) -> tuple[ListEntry, ...]:
        """Return the entries of `lists/NAME.txt` of the community or of `shared`; a missing list is reported."""
        ...

    def condition(self, raw: Any, *, path: Path = ()) -> Detector:
        """Compile a nested condition."""
        ...

    def role_ids(self, name: str, *, path: Path = ()) -> frozenset[str]:
        """Return the platform ids and the name of a role of `community.yaml`; an unknown name is reported."""
        ...

    def watch(self, watch: Watch) -> None:
        """Ask that the history keeps these series; `|` joins what all rules ask for."""
        ...

    def keep_history(self, seconds: float) -> None:
        """Ask that the history reaches at least so far back."""
        ...

    def error(self, problem: Phrase, *, path: Path = (), suggestion: str = "") -> None:
        """Report an error at a place; compiling goes on, so return any detector afterwards."""
        ...


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A kind of detector, as the registry and the policy reference know it."""

    #: the key in YAML
    name: str
    #: one sentence for the reference
    summary: str
    #: text, links, shape, who, time
    family: str
    #: its parameters
    params: type[Params]
    #: YAML of one condition that uses it, for the reference; held valid by a test
    example: str
    #: compiles validated parameters
    build: Callable[[Any, Assembly], Detector]


__all__ = ["Assembly", "Detector", "ListEntry", "Params", "Path", "Signal", "Term", "Trigger", "key_of"]
