"""Rooms as the chat's file keeps them."""

import msgspec

from adapters.local.chat.book import Book, Row
from adapters.local.chat.types import Room, RoomKind

_COLUMNS = "id, name, kind, parent, began_at, account, languages, slow"


def all_rooms(book: Book) -> list[Room]:
    """Return every room, in the order in which they were made."""
    return [_room(row) for row in book.all(f"SELECT {_COLUMNS} FROM rooms ORDER BY made")]  # noqa: S608 - columns


def save_room(book: Book, room: Room) -> None:
    """Make a room, or write down what it is like now; it keeps its place."""
    book.write(
        f"INSERT INTO rooms ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "  # noqa: S608 - our own names
        "name = excluded.name, kind = excluded.kind, languages = excluded.languages, slow = excluded.slow",
        (
            room.id,
            room.name,
            room.kind.value,
            room.parent,
            room.began_at,
            room.account,
            msgspec.json.encode(sorted(room.languages)).decode(),
            room.slow,
        ),
    )


def _room(row: Row) -> Room:
    identifier, name, kind, parent, began_at, account, languages, slow = row
    return Room(
        id=identifier,
        name=name,
        kind=RoomKind(kind),
        parent=parent,
        began_at=began_at,
        account=account,
        languages=frozenset(msgspec.json.decode(languages, type=list[str])),
        slow=slow,
    )
