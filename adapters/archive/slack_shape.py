"""What a Slack export holds, as far as judging needs it."""

import msgspec

from adapters.archive.json_values import NULL


class Profile(msgspec.Struct):
    """The names somebody goes by."""

    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None
    team: str | None = None


class User(msgspec.Struct):
    """One entry of users.json."""

    id: str | None = None
    team_id: str | None = None
    name: str | None = None
    real_name: str | None = None
    is_bot: bool | None = None
    profile: Profile | None = None


class Conversation(msgspec.Struct):
    """One entry of channels.json, groups.json, dms.json or mpims.json."""

    id: str | None = None
    name: str | None = None


class File(msgspec.Struct):
    """A file of a message."""

    id: str = ""
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: int | None = None
    mode: str | None = None
    subject: str | None = None
    alt_txt: str | None = None
    preview: str | None = None
    preview_plain_text: str | None = None
    plain_text: str | None = None


class Edited(msgspec.Struct):
    """That a message was edited."""

    ts: str | float | None = None


class Comment(msgspec.Struct):
    """A comment on a file, as old exports hold it."""

    user: str | None = None


class Time(msgspec.Struct):
    """The time of a message alone."""

    ts: str | float | None = None


class Entry(msgspec.Struct):
    """One message or event of a channel."""

    type: str = "message"
    subtype: str | None = None
    ts: str | float | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    user_team: str | None = None
    text: str | None = None
    thread_ts: str | float | None = None
    parent_user_id: str | None = None
    edited: Edited | None = None
    files: list[File] | None = None
    comment: Comment | None = None
    user_profile: Profile | None = None
    message: msgspec.Raw = NULL
    attachments: msgspec.Raw = NULL
    blocks: msgspec.Raw = NULL
