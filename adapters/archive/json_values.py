"""One JSON object's bytes as a typed value: fast where they are well formed, forgiving where they are odd."""

import json
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec

from adapters.archive.times import utc
from adapters.archive.wrong_form import field_of, reason_of
from bot.i18n import Phrase, phrase

Form = TypeVar("Form", bound=msgspec.Struct)
Form_co = TypeVar("Form_co", bound=msgspec.Struct, covariant=True)
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


class Decode(Protocol[Form_co]):
    """From an object's bytes to its form; counts in `odd` the fields that were left out because they are unusable."""

    def __call__(self, data: bytes, odd: Counter[str] | None = None) -> Form_co:
        """Return the form, or raise UnreadableError for what can't be used."""


def decoder(form: type[Form], needed: Collection[str] = ()) -> Decode[Form]:
    """Return a function from an object's bytes to `form`.

    A field that isn't `needed` is left out when it holds something unusable: a wrong age must not cost the message.
    """
    fast = msgspec.json.Decoder(form).decode
    fields = msgspec.structs.fields(form)
    raw = tuple(field.encode_name for field in fields if field.type is msgspec.Raw)
    spare = frozenset(field.encode_name for field in fields) - frozenset(needed)

    def decode(data: bytes, odd: Counter[str] | None = None) -> Form:
        try:
            return fast(data)
        except (msgspec.DecodeError, ValueError, RecursionError):
            value = _patient(data, raw)
        while True:
            try:
                return msgspec.convert(value, form)
            except msgspec.ValidationError as error:
                key = field_of(str(error))
                if key not in spare or key not in value:
                    raise UnreadableError(reason_of(str(error))) from None
                del value[key]
                if odd is not None:
                    odd[key] += 1
            except RecursionError:
                raise UnreadableError(phrase("archive.too_deep")) from None

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


def time_or_none(text: str | None, key: str, odd: Counter[str]) -> datetime | None:
    """Return a time that may be missing; one that is no time counts as odd."""
    at = utc(text) if text else None
    if text and at is None:
        odd[key] += 1
    return at


def _patient(data: bytes, raw: tuple[str, ...]) -> dict[str, Any]:
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
    except RecursionError:
        raise UnreadableError(phrase("archive.too_deep")) from None
    return value


def _whole(digits: str) -> int | float:
    """Return a whole number; one of thousands of digits as infinity, which no field takes."""
    return int(digits) if len(digits) < _DIGITS else float("inf")
