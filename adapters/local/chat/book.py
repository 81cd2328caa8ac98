"""The chat's file: its tables, its transactions, and the numbered list of what changed."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.local.chat.types import Change, ChangeKind, UnavailableError

_SCHEMA = """\
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL, joined_at INTEGER, roles TEXT NOT NULL,
    language TEXT NOT NULL, bot INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE standings (
    account TEXT NOT NULL, sanction TEXT NOT NULL, held INTEGER NOT NULL, until INTEGER, by TEXT NOT NULL,
    PRIMARY KEY (account, sanction)
) WITHOUT ROWID;
CREATE TABLE rooms (
    made INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL,
    parent TEXT NOT NULL, began_at TEXT NOT NULL, account TEXT NOT NULL, languages TEXT NOT NULL, slow INTEGER NOT NULL
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL,
    at INTEGER NOT NULL, edited_at INTEGER, reply_to TEXT NOT NULL, attachments TEXT NOT NULL, mentions TEXT NOT NULL,
    everyone INTEGER NOT NULL, joined INTEGER NOT NULL, reactions TEXT NOT NULL, card TEXT NOT NULL,
    action TEXT NOT NULL, gone_at INTEGER, gone_by TEXT NOT NULL
);
CREATE INDEX posts_by_room ON posts (room);
CREATE INDEX posts_by_time ON posts (room, at);
CREATE INDEX posts_by_author ON posts (author, at);
CREATE TABLE puts (action TEXT PRIMARY KEY, post INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, room TEXT NOT NULL, post TEXT NOT NULL,
    account TEXT NOT NULL
);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
#: which form of the tables this is
_FORM = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

#: one row, or what is written into one
Row = Sequence[Any]


def micros(at: datetime) -> int:
    """Return a time as the file keeps it."""
    return (at - _EPOCH) // _MICROSECOND


def micros_or_none(at: datetime | None) -> int | None:
    """Return a time as the file keeps it, or none."""
    return None if at is None else micros(at)


def moment(value: int) -> datetime:
    """Return a time that the file keeps."""
    return _EPOCH + timedelta(microseconds=value)


def moment_or_none(value: int | None) -> datetime | None:
    """Return a time that the file keeps, or none."""
    return None if value is None else moment(value)


class Book:
    """The open file; whoever waits for news is woken once they are stored."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _told():
            # what people write is none of other users' business; the log beside it takes over the mode
            file.touch(mode=0o600)
            self._db = sqlite3.connect(file, isolation_level=None, timeout=5.0, cached_statements=256)
            try:
                self._prepare()
                self.newest = int(self.one("SELECT coalesce(max(number), 0) FROM changes")[0])
            except BaseException:
                self._db.close()
                raise
        self._pending = 0
        self._news = asyncio.Event()

    def _prepare(self) -> None:
        # a write-ahead log: readers wait for nobody, and a process that is killed takes nothing along that was stored
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 5000", "secure_delete = ON"):
            self._db.execute(f"PRAGMA {pragma}").close()
        with self._transaction():
            form = int(self.one("PRAGMA user_version")[0])
            if form not in (0, _FORM):
                raise UnavailableError("Another version of Locum wrote the chat's file: use that, or another file.")
            if form == 0:
                for statement in _SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {_FORM}")

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def one(self, statement: str, values: Row = ()) -> Any:
        """Return the first row of what is asked for; None for none."""
        # spelt out, here and below: a context manager takes as long as the statement, and every post asks for several
        try:
            return self._db.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            raise UnavailableError from error

    def all(self, statement: str, values: Row = ()) -> list[Any]:
        """Return every row of what is asked for."""
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise UnavailableError from error

    def write(self, statement: str, values: Row = ()) -> sqlite3.Cursor:
        """Write within a transaction."""
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise UnavailableError from error

    def changed(self, kind: ChangeKind, *, room: str = "", post: str = "", account: str = "") -> None:
        """Note a change within a transaction."""
        made = self.write(
            "INSERT INTO changes (kind, room, post, account) VALUES (?, ?, ?, ?)", (kind.value, room, post, account)
        )
        self._pending = made.lastrowid or 0

    def changes(self, after: int, most: int) -> list[Change]:
        """Return the next changes after a number."""
        rows = self.all(
            "SELECT number, kind, room, post, account FROM changes WHERE number > ? ORDER BY number LIMIT ?",
            (after, most),
        )
        return [
            Change(number=number, kind=ChangeKind(kind), room=room, post=post, account=account)
            for number, kind, room, post, account in rows
        ]

    def forget(self, until: int) -> None:
        """Drop the changes up to a number, within a transaction; the newest stays, for numbers go on from it."""
        self.write("DELETE FROM changes WHERE number <= ?", (min(until, self.newest - 1),))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Do everything within it as one transaction; nothing of it is there when it raises."""
        self._pending = 0
        with _told(), self._transaction():
            yield
        if self._pending:
            self.newest = self._pending
            news, self._news = self._news, asyncio.Event()
            news.set()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # a full disk may have ended it already
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    async def wait(self, after: int) -> None:
        """Return once there is a newer change than that."""
        while self.newest <= after:
            await self._news.wait()


@contextmanager
def _told() -> Iterator[None]:
    """Let whoever uses the chat see its own error alone."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise UnavailableError from error


def note(book: Book, name: str, value: str) -> None:
    """Keep something under a name, within a transaction."""
    book.write("INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
               (name, value))  # fmt: skip


def noted(book: Book, name: str) -> str:
    """Return what was kept under a name; empty for nothing."""
    row = book.one("SELECT value FROM notes WHERE name = ?", (name,))
    return "" if row is None else str(row[0])
