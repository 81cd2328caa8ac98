"""One line of a JSON lines export."""

import msgspec

#: ids are kept as text, however they are written
Id = str | int


class File(msgspec.Struct):
    """A file of a message."""

    id: Id | None = None
    name: str | None = None
    type: str | None = None
    size: int | None = None
    sha256: str | None = None


class Line(msgspec.Struct):
    """One message; what is None was not given."""

    id: Id | None = None
    at: str | None = None
    channel: Id | None = None
    author: Id | None = None
    text: str | None = None
    author_name: str | None = None
    author_created_at: str | None = None
    author_joined_at: str | None = None
    roles: str | list[str] | None = None
    thread: Id | None = None
    reply_to: Id | None = None
    attachments: list[str | File] | None = None
    edited_at: str | None = None
    platform: str | None = None
    mentions: list[Id] | None = None
    bot: bool = False
    forwarded: bool = False
    kind: str | None = None


class Time(msgspec.Struct):
    """The time of a message alone."""

    at: str | None = None
