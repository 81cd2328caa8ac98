"""The stage's policies as files, and what they are read as."""

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from bot.policy.load import Loaded, load_policies
from tests.policy.folders import write
from tests.stage.policies import FILES


@lru_cache
def loaded_of(*files: tuple[str, str]) -> Loaded:
    """Return policies as they are read from a folder; what isn't given is that of the stage."""
    return load_policies(write(Path(mkdtemp()), {**dict(FILES), **dict(files)}), "acme", live=True)


def changed(name: str, old: str, new: str) -> tuple[str, str]:
    """Return one of the stage's files with something replaced in it."""
    content = dict(FILES)[name]
    assert old in content
    return name, content.replace(old, new)
