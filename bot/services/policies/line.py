"""One line of a difference, and how two values of the policies become lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.services.policies.spelling import NOTHING, plainly

#: says whether the second of two values gives somebody more than the first
Widens = Callable[[Any, Any], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that differs."""

    #: what it stands under: rules, texts, rights, community, escalation, files
    section: str
    #: what sort of thing: rule, mandate, person, …
    kind: str
    #: what it is called in the policies
    name: str = ""
    #: which of its keys; empty for the thing as a whole
    key: str = ""
    #: what it was; None where it wasn't there
    before: str | None = None
    #: what it becomes; None where it is no longer there
    after: str | None = None
    #: somebody may do more than before
    wider: bool = False

    def plain(self) -> dict[str, Any]:
        """Return the line as rows keep it; what is empty isn't written."""
        said = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value for name, value in said if value not in ("", None, False)}


def never(_before: Any, _after: Any) -> bool:
    """Say that no change of a value widens anything."""
    return False


def always(_before: Any, _after: Any) -> bool:
    """Say that every change of a value widens something."""
    return True


def keys_that_differ(
    before: Any, after: Any, of: Line, widens: Mapping[str, Widens], otherwise: Widens = never
) -> Iterator[Line]:
    """Yield a line for each field in which two values differ; a field without a test goes by `otherwise`."""
    for one in fields(before):
        was, now = getattr(before, one.name), getattr(after, one.name)
        if was != now:
            yield Line(
                section=of.section, kind=of.kind, name=of.name, key=one.name, before=plainly(was), after=plainly(now),
                wider=widens.get(one.name, otherwise)(was, now),
            )  # fmt: skip


def whole(
    of: Line,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    gained: bool,
    shown: Callable[[Any], str] = plainly,
) -> Iterator[Line]:
    """Yield a line for each thing that only one of two mappings has; `gained` says that a new one widens rights."""
    for name in sorted(after.keys() - before.keys()):
        yield Line(section=of.section, kind=of.kind, name=name, after=shown(after[name]) or NOTHING, wider=gained)
    for name in sorted(before.keys() - after.keys()):
        yield Line(section=of.section, kind=of.kind, name=name, before=shown(before[name]) or NOTHING)


def both(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[str]:
    """Return the names that two mappings share and under which they differ."""
    return sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
