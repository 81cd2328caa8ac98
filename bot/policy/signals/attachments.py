"""`attachments`: the files that come with a message, by kind, name, size, number and content."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from bot.domain.judgement import Want, WantKind
from bot.domain.message import Attachment
from bot.i18n import phrase
from bot.policy.detection import Answer, Detector, Evidence, Trigger
from bot.policy.inspection import Inspection
from bot.policy.schema.types import Names, refuse
from bot.policy.signals.base import Assembly, Params, Signal, key_of
from bot.policy.signals.globs import one_of
from bot.policy.signals.media_types import guess_media_type

_SIZE = re.compile(r"(\d{1,12})\s?(B|KB|MB|GB|KiB|MiB|GiB)?")
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_SHA256 = re.compile(r"[0-9a-f]{64}")

#: one question asked of a file: True, False, or None while that is unknown
_Check = Callable[[Attachment, Inspection], bool | None]


def read_size(value: Any) -> Any:
    """Return a number of bytes for `8MB`, `512 KiB` or a bare number; kB, MB and GB count in thousands."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    form = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if form is None:
        raise refuse("signals.not_a_size")
    return int(form[1]) * _UNITS[form[2] or "B"]


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Size = Annotated[
    int, BeforeValidator(read_size), WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{_SIZE.pattern}$"})
]
Globs = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_listed)]


class AttachmentsParams(Params):
    """What files are looked for; a file counts when all that is given holds for it."""

    at_least: int = Field(default=1, ge=1, strict=True, description="The message has at least so many such files.")
    types: Globs = Field(
        default=(),
        description="The media type matches one of these, `*` standing for anything: `image/*`. Where the source names "
        "no type, the extension tells it.",
    )
    names: Globs = Field(
        default=(), description="The file name matches one of these, whatever the case: `*.exe`, `invoice*.zip`."
    )
    over: Size | None = Field(
        default=None, description="The file is larger than this: `8MB` is 8,000,000 bytes, `8MiB` is 8,388,608."
    )
    sha256: Globs = Field(default=(), description="The file's content has one of these SHA-256 digests (hexadecimal).")
    lists: Names = Field(default=(), description="The same with the digests of these lists, one a line.")


def _globs(globs: tuple[str, ...], key: str, assembly: Assembly) -> Callable[[str], bool]:
    return one_of(globs, lambda at: assembly.error(phrase("signals.not_a_glob", found=globs[at]), path=(key, at)))


def _type_check(fits: Callable[[str], bool]) -> _Check:
    def check(file: Attachment, _: Inspection) -> bool | None:
        kind = (file.media_type or "").partition(";")[0].strip().casefold() or guess_media_type(file.name)
        return None if kind is None else fits(kind)

    return check


def _name_check(fits: Callable[[str], bool]) -> _Check:
    # Windows drops dots and spaces at the end of a name, and opens what is before them.
    return lambda file, _: fits(file.name.rstrip(" .").casefold())


def _size_check(over: int) -> _Check:
    return lambda file, _: None if file.size is None else file.size > over


def _hash_check(digests: frozenset[str]) -> _Check:
    def check(file: Attachment, inspection: Inspection) -> bool | None:
        digest = file.sha256 or inspection.facts.hashes.get(file.id)
        if digest is not None:
            return digest.lower() in digests
        want = Want(kind=WantKind.FILE_HASH, subject=file.id)
        if want not in inspection.wants:
            inspection.wants.append(want)
        return None

    return check


def _read_digests(params: AttachmentsParams, assembly: Assembly) -> frozenset[str]:
    """Return every digest that the parameters name, reporting those that are none."""
    given = [(text, ("sha256", at), "") for at, text in enumerate(params.sha256)]
    for at, name in enumerate(params.lists):
        given += ((entry.text, ("lists", at), entry.place) for entry in assembly.read_list(name, path=("lists", at)))
    for text, path, place in given:
        if _SHA256.fullmatch(text.strip().lower()) is None:
            assembly.error(phrase("signals.not_a_digest", found=f"{place} {text[:80]}".strip()), path=path)
    return frozenset(text.strip().lower() for text, _, _ in given)


def _checks(params: AttachmentsParams, assembly: Assembly) -> list[_Check]:
    """Return the questions to ask of each file; what may need an outside answer comes last, asked if it matters."""
    checks: list[_Check] = []
    if params.names:
        checks.append(_name_check(_globs(params.names, "names", assembly)))
    if params.types:
        checks.append(_type_check(_globs(params.types, "types", assembly)))
    if params.over is not None:
        checks.append(_size_check(params.over))
    if params.sha256 or params.lists:
        checks.append(_hash_check(_read_digests(params, assembly)))
    return checks


def _fits(file: Attachment, checks: list[_Check], inspection: Inspection) -> bool | None:
    answer: bool | None = True
    for check in checks:
        one = check(file, inspection)
        if one is False:
            return False
        answer = answer and one
    return answer


def build(params: AttachmentsParams, assembly: Assembly) -> Detector:
    """Return a detector of files; a size, type or digest that isn't known leaves it open."""
    checks, at_least = _checks(params, assembly), params.at_least

    def probe(inspection: Inspection) -> Answer:
        files = inspection.message.attachments
        if len(files) < at_least:
            return False
        answers = [_fits(file, checks, inspection) for file in files]
        fitting = [file for file, answer in zip(files, answers, strict=True) if answer]
        if len(fitting) >= at_least:
            return Evidence(notes=(phrase("signals.attachments", count=len(fitting), name=fitting[0].name[:80]),))
        return None if len(fitting) + answers.count(None) >= at_least else False

    return Detector(key=key_of("attachments", params), anchors=frozenset({int(Trigger.ATTACHMENT)}), probe=probe)


SIGNAL = Signal(
    name="attachments",
    summary="The message brings files of some kind, name, size or content, or many of them.",
    family="shape",
    params=AttachmentsParams,
    example='attachments: {types: ["image/*"], over: 8MB}',
    build=build,
)
