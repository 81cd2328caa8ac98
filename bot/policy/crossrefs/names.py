"""Every name that a community's files define, so that references to it can be checked.

Taken from the raw values, so that an error inside a definition is not followed by one for each of its uses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.policy.places import Document, Path
from bot.policy.problems import ProblemLog

#: the owner's own people, whatever `organisations.yaml` says
INTERNAL = "internal"

#: None where the file that defines such names can't be read: then nothing is said about its names
Known = frozenset[str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What is defined, by kind."""

    #: channels of `community.yaml`
    channels: Known
    #: roles of `community.yaml`
    roles: Known
    #: queues of `community.yaml`
    queues: Known
    #: responses of `community.yaml`
    responses: Known
    #: `internal` and the ids of `organisations.yaml`
    organisations: Known
    #: escalation paths
    paths: Known
    #: contacts of `escalation.yaml`
    contacts: Known
    #: guidelines, those in faulty files by file name
    guidelines: frozenset[str]
    #: `guideline/rule` of every readable guideline
    rules: frozenset[str]

    def check(self, kind: str, name: str, path: Path, log: ProblemLog, *, warn: bool = False) -> None:
        """Note a name that nothing of its kind bears."""
        known: Known = getattr(self, _KINDS[kind])
        if known is not None and name not in known:
            log.unknown(kind, name, known, path, warn=warn)

    def check_all(self, kind: str, names: Iterable[str], path: Path, log: ProblemLog, *, warn: bool = False) -> None:
        """Note each name of a list that nothing of its kind bears."""
        for index, name in enumerate(names):
            self.check(kind, name, (*path, index), log, warn=warn)


_KINDS = {
    "channel": "channels",
    "role": "roles",
    "queue": "queues",
    "response": "responses",
    "organisation": "organisations",
    "path": "paths",
    "route": "paths",
    "contact": "contacts",
    "guideline": "guidelines",
    "rule": "rules",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """The files that names are taken from; None where a file is absent or can't be read."""

    #: `community.yaml`
    community: Document | None
    #: `organisations.yaml`
    organisations: Document | None
    #: whether there is such a file
    has_organisations: bool
    #: `escalation.yaml`
    escalation: Document | None
    #: whether there is such a file
    has_escalation: bool
    #: readable guideline files
    guidelines: tuple[Document, ...]
    #: file names of the guidelines that can't be read
    broken: tuple[str, ...]


def collect_names(sources: Sources) -> Names:
    """Return every name that these files define."""
    community, escalation = sources.community, sources.escalation
    lost = sources.has_escalation and escalation is None
    has_pages = escalation is not None and escalation.data is not None
    return Names(
        channels=_keys(community, "channels"),
        roles=_keys(community, "roles"),
        queues=_keys(community, "queues"),
        responses=_keys(community, "responses"),
        organisations=_organisations(sources),
        paths=_keys(escalation, "paths") if has_pages or lost else frozenset(),
        contacts=_keys(escalation, "contacts") if has_pages or lost else frozenset(),
        guidelines=frozenset(map(_guideline, sources.guidelines)) | frozenset(sources.broken),
        rules=frozenset(rule for document in sources.guidelines for rule in _rules(document)),
    )


def _keys(document: Document | None, name: str) -> Known:
    if document is None:
        return None
    section = document.data.get(name, {}) if isinstance(document.data, Mapping) else None
    return frozenset(key for key in section if isinstance(key, str)) if isinstance(section, Mapping) else None


def _organisations(sources: Sources) -> Known:
    if sources.has_organisations and sources.organisations is None:
        return None
    listed = sources.organisations.data if sources.organisations else None
    if listed is not None and not isinstance(listed, list):
        return None
    return frozenset({INTERNAL, *_values(listed, "id")})


def _values(items: Any, key: str) -> list[str]:
    """Return the texts under one key of every mapping in a list."""
    found = [item.get(key) for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    return [value for value in found if isinstance(value, str)]


def _guideline(document: Document) -> str:
    name = document.data.get("guideline") if isinstance(document.data, Mapping) else None
    return name if isinstance(name, str) else document.stem


def _rules(document: Document) -> list[str]:
    rules = document.data.get("rules") if isinstance(document.data, Mapping) else None
    return [f"{_guideline(document)}/{name}" for name in _values(rules, "id")]
