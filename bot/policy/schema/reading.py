"""A document → its model: every error is noted, and what is valid is kept, so that later checks still see it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.policy.places import Path
from bot.policy.problems import ProblemLog
from bot.policy.schema.translation import broken_paths, note_errors

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS = 64
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def read_model(
    model: type[Model], log: ProblemLog, stand_ins: Mapping[str, Any] = _NOTHING
) -> tuple[Model | None, ProblemLog]:
    """Return the model of the log's document and a log that knows the model's paths.

    Faulty parts are noted and left out, stand-ins taking the place of required keys, so that one error does not hide
    the others; the model is None when nothing valid is left.
    """
    data = log.document.data
    try:
        return model.model_validate(data), log
    except ValidationError as error:
        note_errors(error, data, (), log, model)
        dropped = set(broken_paths(error, data, replaceable=stand_ins))
    for _ in range(_ROUNDS):
        if () in dropped:
            break
        origins: dict[Path, Path] = {}
        pruned = _prune(data, (), (), dropped, origins)
        if isinstance(pruned, dict):
            pruned = dict(stand_ins) | pruned
        try:
            return model.model_validate(pruned), replace(log, origins=origins)
        except ValidationError as error:
            dropped |= {origins[path] for path in broken_paths(error, pruned)}
    return None, log


def _prune(value: Any, path: Path, at: Path, dropped: AbstractSet[Path], origins: dict[Path, Path]) -> Any:
    """Return the value without what was dropped, noting where each part that is left came from."""
    origins[at] = path
    if isinstance(value, dict):
        kept = [key for key in value if (*path, key) not in dropped]
        return {key: _prune(value[key], (*path, key), (*at, key), dropped, origins) for key in kept}
    if isinstance(value, list):
        left = [index for index in range(len(value)) if (*path, index) not in dropped]
        return [
            _prune(value[index], (*path, index), (*at, number), dropped, origins) for number, index in enumerate(left)
        ]
    return value
