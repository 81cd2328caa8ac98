"""What DiscordChatExporter writes, as far as judging needs it."""

import msgspec

from adapters.archive.json_values import NULL

#: ids are strings in every version, but a number does no harm
Id = str | int


class Role(msgspec.Struct, rename="camel"):
    """A role of the author."""

    id: Id
    name: str = ""


class Author(msgspec.Struct, rename="camel"):
    """Who wrote a message."""

    id: Id | None = None
    name: str | None = None
    nickname: str | None = None
    is_bot: bool = False
    roles: list[Role] | None = None


class Mentioned(msgspec.Struct, rename="camel"):
    """Somebody whom a message pings."""

    id: Id


class File(msgspec.Struct, rename="camel"):
    """A file of a message."""

    id: Id = ""
    file_name: str | None = None
    file_size_bytes: int | None = None


class Field(msgspec.Struct, rename="camel"):
    """A titled paragraph of an embed."""

    name: str | None = None
    value: str | None = None


class Embed(msgspec.Struct, rename="camel"):
    """A box that a program or webhook attached."""

    title: str | None = None
    description: str | None = None
    fields: list[Field] | None = None


class Reference(msgspec.Struct, rename="camel"):
    """What a message answers or forwards."""

    type: str | None = None
    message_id: Id | None = None


class Forwarded(msgspec.Struct, rename="camel"):
    """The message that was forwarded."""

    content: str | None = None
    attachments: list[File] | None = None


class Time(msgspec.Struct, rename="camel"):
    """The time of a message alone."""

    timestamp: str | None = None


class Entry(msgspec.Struct, rename="camel"):
    """One message."""

    id: Id | None = None
    type: str = "Default"
    timestamp: str | None = None
    timestamp_edited: str | None = None
    content: str | None = None
    author: msgspec.Raw = NULL
    attachments: list[File] | None = None
    embeds: msgspec.Raw = NULL
    mentions: list[Mentioned] | None = None
    reference: Reference | None = None
    forwarded_message: Forwarded | None = None
