"""One JSON object's bytes as a typed value: fast where they are well formed, forgiving where they are odd."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from adapters.archive.times import utc
from bot.i18n import Phrase, phrase

Form = TypeVar("Form", bound=msgspec.Struct)
Part = TypeVar("Part")

# CPython refuses to convert numbers of more digits than about four thousand.
_DIGITS = 1_000

#: what a part that is decoded later holds when it is absent
NULL = msgspec.Raw(b"null")


class UnreadableError(Exception):
    """A value that can't be used."""

    def __init__(self, reason: Phrase) -> None:
        """Keep the reason for whoever counts what was skipped."""
        super().__init__(reason.key)
        #: what is wrong
        self.reason = reason


def decoder(form: type[Form]) -> Callable[[bytes], Form]:
    """Return a function from an object's bytes to `form`; it raises UnreadableError for what can't be used."""
    fast = msgspec.json.Decoder(form).decode
    raw = tuple(field.encode_name for field in msgspec.structs.fields(form) if field.type is msgspec.Raw)

    def decode(data: bytes) -> Form:
        try:
            return fast(data)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return _patient(data, form, raw)

    return decode


def list_decoder(form: type[Part]) -> Callable[[bytes], list[Part]]:
    """Return a function from a list's bytes to its parts; parts that can't be read only add to a message: none then."""
    kind = list[form] | None  # type: ignore[valid-type]  # a type made at run time
    fast = msgspec.json.Decoder(kind).decode

    def decode(data: bytes) -> list[Part]:
        try:
            return fast(data) or []
        except (msgspec.DecodeError, ValueError, RecursionError):
            pass
        try:
            value = json.loads(data.decode("utf-8", "surrogatepass"), strict=False, parse_int=_whole)
            return msgspec.convert(value, kind) or []
        except (msgspec.ValidationError, ValueError, RecursionError):
            return []

    return decode


def moment(text: str | None) -> datetime:
    """Return a required time in UTC; raises UnreadableError when it is missing or no time."""
    at = None if text is None else utc(text)
    if at is None:
        raise UnreadableError(phrase("archive.no_time" if text is None else "archive.bad_time"))
    return at


def _patient(data: bytes, form: type[Form], raw: tuple[str, ...]) -> Form:
    """Return what the strict decoder refused though members can write it: half surrogates, bare control characters."""
    try:
        value = json.loads(data.decode("utf-8", "surrogatepass"), strict=False, parse_int=_whole)
    except UnicodeDecodeError:
        raise UnreadableError(phrase("archive.not_utf8")) from None
    except RecursionError:
        raise UnreadableError(phrase("archive.too_deep")) from None
    except ValueError:
        raise UnreadableError(phrase("archive.not_json")) from None
    if not isinstance(value, dict):
        raise UnreadableError(phrase("archive.not_a_message"))
    try:
        for name in raw:
            if name in value:
                value[name] = msgspec.Raw(json.dumps(value[name]).encode())
        return msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        raise UnreadableError(phrase("archive.wrong_form", detail=str(error))) from None
    except RecursionError:
        raise UnreadableError(phrase("archive.too_deep")) from None


def _whole(digits: str) -> int | float:
    """Return a whole number; one of thousands of digits as infinity, which no field takes."""
    return int(digits) if len(digits) < _DIGITS else float("inf")
