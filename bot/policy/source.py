"""One community's folder, read: models, conditions, outcomes, lists, and every problem with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.i18n import phrase
from bot.policy.crossrefs import note_cross_references
from bot.policy.crossrefs.names import Sources, collect_names
from bot.policy.files import Reader
from bot.policy.lists import SHARED, Lists, find_lists
from bot.policy.loaded import LoadedCommunity, LoadedEscalation, LoadedGuideline, LoadedOrganisations
from bot.policy.places import Document, Place
from bot.policy.places import Path as Steps
from bot.policy.problems import Problem, closest
from bot.policy.readers import read_community_file, read_escalation, read_guideline, read_organisations
from bot.policy.schema.community import CommunityFile
from bot.policy.schema.escalation import EscalationFile
from bot.policy.schema.organisations import OrganisationModel
from bot.policy.signals.base import ListEntry
from bot.policy.yaml_source import read_yaml

COMMUNITY_FILE = "community.yaml"
_ENDINGS = (".yaml", ".yml")
_FOLDERS = {"guidelines", "lists"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A community's policies as they were read, before they are compiled."""

    #: the community's folder name
    name: str
    #: `community.yaml`
    settings: LoadedCommunity | None
    #: the community's guidelines, then those it takes over
    guidelines: tuple[LoadedGuideline, ...]
    #: `organisations.yaml`
    staff: LoadedOrganisations | None
    #: `escalation.yaml`
    pages: LoadedEscalation | None
    #: list files, read when asked for
    lists: Lists
    #: bytes read by path below the policies folder
    files: Mapping[str, bytes]
    #: everything found so far; reading a list may add to it
    problems: list[Problem]
    #: file → its values and places
    documents: Mapping[str, Document]

    @property
    def community(self) -> CommunityFile | None:
        """What `community.yaml` holds."""
        return self.settings.model if self.settings else None

    @property
    def organisations(self) -> tuple[OrganisationModel, ...]:
        """What `organisations.yaml` holds."""
        return self.staff.models if self.staff else ()

    @property
    def escalation(self) -> EscalationFile | None:
        """What `escalation.yaml` holds."""
        return self.pages.model if self.pages else None

    def place(self, file: str, path: Steps, *, key: bool = False) -> Place:
        """Return where the value of that path stands in a file, or its key."""
        document = self.documents.get(file)
        return document.at(path, key=key) if document else Place(file=file)

    def read_list(self, name: str) -> tuple[ListEntry, ...] | None:
        """Return a list's entries, or None when there is no such list or it can't be read."""
        return self.lists.read(name)


def read_community(policies: Path, community: str, files: Mapping[str, bytes] | None = None) -> Draft:
    """Return everything that the folder `community` below `policies` holds, with every problem found in it.

    With `files`, by path below `policies`, these are read instead, and nothing on the disk is.
    """
    folder = policies / community
    reader = Reader(policies=policies, given=files)
    documents: dict[str, Document] = {}

    def document(path: Path) -> Document | None:
        found = read_yaml(reader, path)
        if found is not None:
            documents[found.file] = found
        return found

    def optional(name: str) -> Document | None:
        return document(folder / name) if reader.exists(folder / name) else None

    problems = reader.problems
    settings = read_community_file(document(folder / COMMUNITY_FILE), problems, community)
    own_files, taken_files = _guideline_files(folder, reader), _shared_files(reader, settings)
    guidelines = [read_guideline(document(path), problems) for path in (*own_files, *taken_files)]
    draft = Draft(
        name=community,
        settings=settings,
        guidelines=tuple(guideline for guideline in guidelines if guideline is not None),
        staff=read_organisations(optional("organisations.yaml"), problems),
        pages=read_escalation(optional("escalation.yaml"), problems),
        lists=find_lists(reader, folder),
        files=reader.files,
        problems=problems,
        documents=documents,
    )
    _note_stray_files(folder, reader)
    names = collect_names(_sources(documents, reader, folder, own_files + taken_files))
    note_cross_references(draft.settings, draft.guidelines, draft.staff, draft.pages, names)
    return draft


def _sources(documents: Mapping[str, Document], reader: Reader, folder: Path, guidelines: list[Path]) -> Sources:
    def read(path: Path) -> Document | None:
        return documents.get(reader.shown(path))

    organisations, escalation = folder / "organisations.yaml", folder / "escalation.yaml"
    return Sources(
        community=read(folder / COMMUNITY_FILE),
        organisations=read(organisations),
        has_organisations=reader.exists(organisations),
        escalation=read(escalation),
        has_escalation=reader.exists(escalation),
        guidelines=tuple(found for path in guidelines if (found := read(path)) is not None),
        broken=tuple(path.stem for path in guidelines if read(path) is None),
    )


def community_names(policies: Path) -> tuple[str, ...]:
    """Return the folders below `policies` that hold a community, sorted."""
    return tuple(sorted(path.parent.name for path in policies.glob(f"*/{COMMUNITY_FILE}")))


def _guideline_files(folder: Path, reader: Reader) -> list[Path]:
    return [path for path in reader.children(folder / "guidelines") if path.suffix in _ENDINGS]


def _shared_files(reader: Reader, settings: LoadedCommunity | None) -> list[Path]:
    """Return the shared guideline files that a community names, noting names that no file bears."""
    if settings is None:
        return []
    known = {path.stem: path for path in _guideline_files(reader.policies / SHARED, reader)}
    for index, name in enumerate(settings.model.shared):
        if name not in known:
            message = phrase("check.unknown_shared", name=name)
            settings.log.error(message, ("shared", index), suggestion=closest(name, known))
    return [known[name] for name in dict.fromkeys(settings.model.shared) if name in known]


def _note_stray_files(folder: Path, reader: Reader) -> None:
    """Warn of YAML files and folders that nothing reads, for their rules would be missed without a word."""
    known = {COMMUNITY_FILE, "organisations.yaml", "escalation.yaml"}
    for path in reader.children(folder):
        is_folder = reader.is_folder(path)
        names = _FOLDERS if is_folder else known
        if path.name.startswith("."):
            continue
        if (is_folder or path.suffix in _ENDINGS) and path.name not in names | known:
            message = phrase("check.stray_folder" if is_folder else "check.stray_file", name=path.name)
            near = closest(path.name, names)
            place = Place(file=reader.shown(path))
            reader.problems.append(Problem(place=place, message=message, suggestion=near, is_warning=True))
