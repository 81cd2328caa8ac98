"""What a model allows where: the keys that fit at a place, for suggestions."""

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel


@cache
def keys_at(model: type[BaseModel], steps: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the keys that may stand at the place a validator's steps lead to."""
    kinds: list[Any] = [model]
    for step in steps:
        entered = [inner for kind in kinds for inner in _enter(kind, step)]
        kinds = entered or kinds
    return tuple(dict.fromkeys(key for kind in kinds for shape in _shapes(kind) for key in _keys(shape)))


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _plain(kind: Any) -> Iterator[Any]:
    """Yield the alternatives of a type without annotations."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _plain(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for branch in get_args(kind):
            yield from _plain(branch)
    elif isinstance(kind, type) and issubclass(kind, RootModel):
        yield from _plain(kind.model_fields["root"].annotation)
    else:
        yield kind


def _shapes(kind: Any) -> Iterator[type[BaseModel]]:
    for plain in _plain(kind):
        if isinstance(plain, type) and issubclass(plain, BaseModel):
            yield plain


def _enter(kind: Any, step: str | int) -> Iterator[Any]:
    for plain in _plain(kind):
        origin = get_origin(plain)
        if isinstance(plain, type) and issubclass(plain, BaseModel):
            for name, field in plain.model_fields.items():
                if step in (name, field.alias):
                    yield field.annotation
        elif origin in (tuple, list, set, frozenset) and isinstance(step, int):
            yield get_args(plain)[0]
        elif origin is dict:
            yield get_args(plain)[1]
