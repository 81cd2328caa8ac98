"""Statements that were compiled once for all tests: every test opens a database anew, and would compile its own."""

from typing import Any

from sqlalchemy.util import LRUCache

from bot.store.engine import Store

#: enough for everything that the application says to both kinds
_MOST = 4000


class _Shared(LRUCache[Any, Any]):
    """A cache of SQLAlchemy's whose keys begin with a kind of database in place of one engine's own dialect."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Return what was compiled for any engine of the kind."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        """Keep it for all of them."""
        super().__setitem__((key[0].name, *key[1:]), value)


_COMPILED = _Shared(_MOST)


def share_compiled(store: Store) -> Store:
    """Return the store, which from now on finds what others like it compiled."""
    for engine in {store.writer, store.reader, store.glancer}:
        engine.sync_engine.update_execution_options(compiled_cache=_COMPILED)
    return store
