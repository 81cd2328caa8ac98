"""Makes what adapters deliver fit to be stored and judged: sound ids and times, surrogates in place of users' ids."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

from bot.domain.message import NO_MENTIONS, AccountRef, Channel, Member, Mentions, Message
from bot.domain.place import Stream

#: what the columns for ids of places and users hold
_LONGEST_ID = 64
#: no platform has longer texts; more of one is evidence of nothing else
_LONGEST_EVIDENCE = 40_000

#: platform, workspace and id of a user
UserKey = tuple[str, str, str]
#: platform, workspace, channel and thread
StreamKey = tuple[str, str, str, str]


def sound_id(text: str, longest: int = _LONGEST_ID) -> str:
    """Return an id that every database stores; one that no platform gives out is replaced by a digest of it."""
    if len(text) <= longest and "\0" not in text and _is_whole(text):
        return text
    return "~" + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_whole(text: str) -> bool:
    """Tell whether UTF-8 can spell it: no half of a surrogate pair."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def sound_message_id(message: Message) -> str:
    """Return the message's id; for one without, what tells it from others."""
    if message.ref.message:
        return sound_id(message.ref.message, 256)
    return sound_id(f"\0{message.author.key}\0{message.at.isoformat()}\0{message.text}")


def sound_time(at: datetime) -> datetime:
    """Return the time in UTC; one that names no zone is taken to be."""
    if at.tzinfo is UTC:
        return at
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return at.replace(tzinfo=UTC)


def stream_key(message: Message) -> StreamKey:
    """Return which stream a message stands in, as something that is quick to look up."""
    channel = message.channel
    return (str(channel.platform), channel.workspace, channel.id, channel.thread or "")


def sound_stream(message: Message) -> Stream:
    """Return the stream a message stands in, with ids that can be stored."""
    channel = message.channel
    return Stream(
        platform=channel.platform,
        workspace=sound_id(channel.workspace),
        channel=sound_id(channel.id),
        thread=sound_id(channel.thread or ""),
    )


def sound_channel(channel: Channel) -> Channel:
    """Return the channel with ids that can be stored."""
    identifier, workspace = sound_id(channel.id), sound_id(channel.workspace)
    if identifier is channel.id and workspace is channel.workspace:
        return channel
    return replace(channel, id=identifier, workspace=workspace)


def author_key(message: Message) -> UserKey:
    """Return whose message it is on the platform."""
    account = message.author.account
    if account is None:
        return (str(message.channel.platform), message.channel.workspace, message.author.key)
    return (str(account.platform), account.workspace, account.user)


def user_keys(message: Message) -> Iterator[UserKey]:
    """Yield every user that a message names."""
    yield author_key(message)
    if message.mentions is NO_MENTIONS and message.reply_author is None:
        return
    platform, workspace = str(message.channel.platform), message.channel.workspace
    for user in message.mentions.people:
        yield (platform, workspace, user)
    if message.reply_author:
        yield (platform, workspace, message.reply_author)


def account_ref(key: UserKey, message: Message) -> AccountRef:
    """Return the account of a user that a message names, with an id that can be stored."""
    account = message.author.account
    platform = account.platform if account is not None and account.platform == key[0] else message.channel.platform
    return AccountRef(platform=platform, workspace=sound_id(key[1]), user=sound_id(key[2]))


def with_surrogates(message: Message, known: Mapping[UserKey, str], identifier: str, at: datetime) -> Message:
    """Return the message as it is judged: people by their surrogates, a sound id, a time that lies within reason."""
    ref, channel = message.ref, sound_channel(message.channel)
    if channel is not message.channel or ref.message != identifier:
        ref = replace(ref, workspace=channel.workspace, channel=channel.id, message=identifier)
    edited = message.edited_at
    author, mentions, reply = message.author, message.mentions, message.reply_author
    platform, workspace = str(message.channel.platform), message.channel.workspace
    if mentions is not NO_MENTIONS:
        people = tuple(known[platform, workspace, user] for user in mentions.people)
        mentions = Mentions(people=people, roles=mentions.roles, everyone=mentions.everyone)
    # spelt out: `replace` takes twice as long, and this runs for every message
    return Message(
        ref=ref,
        author=Member(
            key=known[author_key(message)],
            account=author.account,
            names=author.names,
            created_at=author.created_at,
            joined_at=author.joined_at,
            roles=author.roles,
            bot=author.bot,
            language=author.language,
        ),
        channel=channel,
        at=at,
        text=message.text,
        kind=message.kind,
        markup=message.markup,
        edited_at=None if edited is None else sound_time(edited),
        mentions=mentions,
        attachments=message.attachments,
        reply_to=message.reply_to,
        reply_author=known[platform, workspace, reply] if reply else None,
        forwarded=message.forwarded,
        withheld=message.withheld,
    )


def evidence_of(text: str) -> str:
    """Return a text as it is sealed: whole characters, and not endless."""
    return text[:_LONGEST_EVIDENCE].encode("utf-8", "replace").decode()
