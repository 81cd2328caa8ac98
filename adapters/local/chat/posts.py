"""Posts as the chat's file keeps them: of what is gone, only that it was there."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from adapters.local.chat.book import Book, Row, micros, micros_or_none, moment, moment_or_none
from adapters.local.chat.types import Post
from adapters.local.chat.words import sound
from bot.domain.card import Card
from bot.domain.message import Attachment

_FIELDS = (
    "room, author, text, at, edited_at, reply_to, attachments, mentions, everyone, joined, reactions, card, action, "
    "gone_at, gone_by"
)
_SELECT = f"SELECT id, {_FIELDS} FROM posts"  # noqa: S608 - names of columns
_INSERT = f"INSERT INTO posts ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - likewise
_UPDATE = (
    "UPDATE posts SET text = ?, edited_at = ?, attachments = ?, mentions = ?, everyone = ?, reactions = ?, card = ?, "
    "action = ?, gone_at = ?, gone_by = ? WHERE id = ?"
)
_ALL = 2**62

_Files = tuple[Attachment, ...]
_Signs = tuple[tuple[str, tuple[str, ...]], ...]


def number_of(post: str) -> int:
    """Return a post's number in the file; 0, which none has, for what isn't one as the chat spells them."""
    sound_number = post.isascii() and post.isdecimal() and len(post) <= 18 and not post.startswith("0")
    return int(post) if sound_number else 0


def add_post(book: Book, post: Post) -> str:
    """Write a new post down, and return its id."""
    made = book.write(
        _INSERT,
        (
            post.room, post.author, post.text, micros(post.at), micros_or_none(post.edited_at), post.reply_to,
            _packed(post.attachments), _packed(post.mentions), post.everyone, post.joined, _packed(post.reactions),
            packed_card(post.card), post.action, micros_or_none(post.gone_at), post.gone_by,
        ),
    )  # fmt: skip
    return str(made.lastrowid)


def save_post(book: Book, post: Post) -> None:
    """Write down what a post is like now; where, by whom and when it was written never changes."""
    book.write(
        _UPDATE,
        (
            post.text, micros_or_none(post.edited_at), _packed(post.attachments), _packed(post.mentions),
            post.everyone, _packed(post.reactions), packed_card(post.card), post.action,
            micros_or_none(post.gone_at), post.gone_by, number_of(post.id),
        ),
    )  # fmt: skip


def find_post(book: Book, post: str) -> Post | None:
    """Return a post."""
    number = number_of(post)
    row = book.one(f"{_SELECT} WHERE id = ?", (number,)) if number else None
    return None if row is None else _post(row)


def last_posts(book: Book, room: str, before: str, most: int) -> list[Post]:
    """Return the last posts of a room, oldest first."""
    number = (number_of(before) or 1) if before else _ALL
    rows = book.all(f"{_SELECT} WHERE room = ? AND id < ? ORDER BY id DESC LIMIT ?", (room, number, most))
    return [_post(row) for row in reversed(rows)]


def written_posts(
    book: Book, room: str, span: tuple[datetime, datetime], *, but: str, beyond: str, most: int
) -> list[Post]:
    """Return the standing posts of a time that somebody else than `but` wrote, oldest first, from behind one on.

    Times never run back from one post to the next, so that the order of time is that of numbers.
    """
    after, until = micros(span[0]), micros(span[1])
    number = number_of(beyond)
    if number:
        row = book.one("SELECT at FROM posts WHERE id = ?", (number,))
        after = after if row is None else max(after, row[0])
    rows = book.all(
        f"{_SELECT} WHERE room = ? AND at BETWEEN ? AND ? AND +id > ? AND gone_at IS NULL AND +author <> ? "
        "ORDER BY at, id LIMIT ?",
        (room, after, until, number, but, most),
    )
    return [_post(row) for row in rows]


def posts_since(book: Book, author: str, since: datetime) -> list[Post]:
    """Return what somebody wrote from a time on and still stands."""
    rows = book.all(
        f"{_SELECT} WHERE author = ? AND at >= ? AND gone_at IS NULL AND NOT joined ORDER BY id",
        (author, micros(since)),
    )
    return [_post(row) for row in rows]


def last_said(book: Book, author: str, room: str, since: datetime) -> datetime | None:
    """Return when somebody wrote last in a room, after a time; what is gone counts as well."""
    row = book.one(
        "SELECT max(at) FROM posts WHERE author = ? AND at > ? AND +room = ? AND NOT joined",
        (author, micros(since), room),
    )
    return moment_or_none(row[0])


def last_time(book: Book) -> datetime | None:
    """Return when the newest post was written."""
    row = book.one("SELECT at FROM posts ORDER BY id DESC LIMIT 1")
    return None if row is None else moment(row[0])


def newest_by_room(book: Book) -> dict[str, str]:
    """Return the newest post of every room in which there is one."""
    return {str(room): str(post) for room, post in book.all("SELECT room, max(id) FROM posts GROUP BY room")}


def put_for(book: Book, action: str) -> Post | None:
    """Return the post that was made or changed last for an action."""
    row = book.one("SELECT post FROM puts WHERE action = ?", (sound(action),))
    return None if row is None else find_post(book, str(row[0]))


def note_put(book: Book, action: str, post: str) -> None:
    """Write down which post was made or changed for an action."""
    book.write("INSERT OR REPLACE INTO puts (action, post) VALUES (?, ?)", (action, number_of(post)))


def packed_card(card: Card | None) -> str:
    """Return a card as the file keeps it; its texts are sound whatever they were made from."""
    if card is None:
        return ""
    try:
        return msgspec.json.encode(card).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_sound_all(msgspec.to_builtins(card))).decode()


def _sound_all(value: object) -> object:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, dict):
        return {name: _sound_all(part) for name, part in value.items()}
    return [_sound_all(part) for part in value] if isinstance(value, list | tuple) else value


def _packed(value: Sequence[object]) -> str:
    return msgspec.json.encode(value).decode() if value else ""


_read_files = msgspec.json.Decoder(_Files).decode
_read_names = msgspec.json.Decoder(tuple[str, ...]).decode
_read_signs = msgspec.json.Decoder(_Signs).decode
_read_card = msgspec.json.Decoder(Card).decode


def _post(row: Row) -> Post:
    (
        number, room, author, text, at, edited_at, reply_to, attachments, mentions, everyone, joined, reactions, card,
        action, gone_at, gone_by,
    ) = row  # fmt: skip
    return Post(
        id=str(number),
        room=room,
        author=author,
        text=text,
        at=moment(at),
        edited_at=moment_or_none(edited_at),
        reply_to=reply_to,
        attachments=_read_files(attachments) if attachments else (),
        mentions=_read_names(mentions) if mentions else (),
        everyone=bool(everyone),
        joined=bool(joined),
        reactions=_read_signs(reactions) if reactions else (),
        card=_read_card(card) if card else None,
        action=action,
        gone_at=moment_or_none(gone_at),
        gone_by=gone_by,
    )
