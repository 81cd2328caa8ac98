"""A Slack export as messages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import itemgetter

import msgspec
from msgspec.structs import asdict

from adapters.archive.documents import Document, Tally
from adapters.archive.json_stream import objects
from adapters.archive.json_values import NULL, UnreadableError, decoder, list_decoder
from adapters.archive.memory import Recent
from adapters.archive.mentions import mentions_in
from adapters.archive.merge import Source, in_time_order
from adapters.archive.order import Clock, Spool, sorted_by_time, span_of
from adapters.archive.slack_people import LISTS, Directory, directory
from adapters.archive.slack_shape import Entry, File, Time
from adapters.archive.times import BEGINNING, slack_time
from bot.domain.blocks import is_shared, words_of, written
from bot.domain.message import (
    Attachment,
    Channel,
    Markup,
    Message,
    MessageKind,
    MessageRef,
    PlatformName,
)
from bot.domain.reading import Skipped
from bot.i18n import phrase

_DAY = re.compile(r"(?:.*/)?([^/]+)/(\d{4}-\d{2}-\d{2})\.json")
_CHUNK = 1 << 16
_MESSAGES = frozenset(
    {
        None,
        "bot_message",
        "file_comment",
        "file_share",
        "me_message",
        "reply_broadcast",
        "slackbot_response",
        "thread_broadcast",
    }
)
_JOINS = frozenset({"channel_join", "group_join"})
_LOST_FILES = frozenset({"tombstone", "hidden_by_limit"})

_decode_entry = decoder(Entry, {"type", "subtype", "ts", "user", "text"})
_decode_time = decoder(Time, {"ts"})
_decode_parts = list_decoder(object)


def is_day(name: str) -> bool:
    """Return whether a file is named like one day of a channel."""
    return _DAY.fullmatch(name) is not None


def is_list(name: str) -> bool:
    """Return whether a file is named like one of the export's lists."""
    return name.rpartition("/")[2] in LISTS


def slack_documents(documents: Sequence[Document]) -> list[Document]:
    """Return the documents of an export that are read: lists and days."""
    return [document for document in documents if is_list(document.name) or is_day(document.name)]


def read_slack(documents: Sequence[Document], tally: Tally, spool: Spool) -> Iterator[Message | Skipped]:
    """Yield the messages of all channels in order of time."""
    # The outermost list wins over a file of the same name further down.
    lists: dict[str, Document] = {}
    for document in sorted(documents, key=lambda document: document.name.count("/")):
        lists.setdefault(document.name.rpartition("/")[2], document)
    notes: list[Skipped] = []
    known = directory({name: lists[name] for name in LISTS if name in lists}, tally, notes)
    yield from notes
    yield from in_time_order(_channels(documents, known, spool), tally)


def _channels(documents: Sequence[Document], known: Directory, spool: Spool) -> Iterable[Source]:
    """Return the first day of each channel; each day leads to the next, so that one day a channel is open at once."""
    first: dict[str, Source] = {}
    for day, folder, document in sorted((_day(document) for document in documents), key=itemgetter(0), reverse=True):
        read = partial(_day_in_order, document, folder, known, spool)
        if folder:
            first[folder] = Source(start=day, read=read, after=first.get(folder))
    return first.values()


def _day(document: Document) -> tuple[datetime, str, Document]:
    """Return the moment before which a day can't begin, and the folder it stands in; no folder for what is no day."""
    found = _DAY.fullmatch(document.name)
    if found is None:
        return BEGINNING, "", document
    try:
        # The zone of an export's days is not told, so a day may begin up to a day earlier in UTC.
        return datetime.fromisoformat(found[2]).replace(tzinfo=UTC) - timedelta(days=1), found[1], document
    except (ValueError, OverflowError):
        return BEGINNING, found[1], document


def _day_in_order(
    document: Document, folder: str, known: Directory, spool: Spool, tally: Tally
) -> Iterator[Message | Skipped]:
    items = _read_day(document, folder, known, tally)
    yield from items if span_of(document, _CLOCK).ordered else sorted_by_time(items, spool)


def _times(document: Document) -> Iterator[str]:
    """Yield the time of each entry that has one."""
    for item in objects(document, _CHUNK, Tally(), key="", decode=_decode_time, head={}):
        if not isinstance(item, Skipped):
            yield _stamp(item.value.ts)


_CLOCK = Clock(glimpse=re.compile(rb'"ts"\s{0,9}:\s{0,9}"([0-9.]{1,40})"'), exact=_times, moment=slack_time)


def _read_day(document: Document, folder: str, known: Directory, tally: Tally) -> Iterator[Message | Skipped]:
    channel = known.channel(folder)
    threads: Recent[str, Channel] = Recent(1_000)
    decode = partial(_decode_entry, odd=tally.odd)
    for item in objects(document, _CHUNK, tally, key="", decode=decode, head={}):
        if isinstance(item, Skipped):
            yield item
            continue
        try:
            message = translate(item.value, channel, threads, known)
        except UnreadableError as error:
            yield item.skipped(document.name, error.reason)
            continue
        if message is None:
            tally.ignored += 1
        else:
            yield message


def translate(entry: Entry, channel: Channel, threads: Recent[str, Channel], known: Directory) -> Message | None:
    """Return one entry as a message, or None for an event that is neither a message nor a join.

    Raises UnreadableError when there is no author or time.
    """
    if entry.subtype == "message_changed" and entry.message != NULL:
        # The event only says that there is a newer version, and holds it.
        entry = _decode_entry(bytes(entry.message))
    joined = entry.subtype in _JOINS
    if entry.type != "message" or not (joined or entry.subtype in _MESSAGES):
        return None
    stamp = _stamp(entry.ts)
    at = slack_time(stamp)
    if at is None:
        raise UnreadableError(phrase("archive.bad_slack_time" if stamp else "archive.no_time"))
    user = entry.user or (entry.comment.user if entry.comment else None) or entry.bot_id
    if not user and entry.subtype == "bot_message":
        user = entry.username
    if not user:
        raise UnreadableError(phrase("archive.no_author"))
    ref = MessageRef(platform=PlatformName.SLACK, workspace=channel.workspace, channel=channel.id, message=stamp)
    author = known.member(entry, user)
    if joined:
        return Message(
            ref=ref, author=author, channel=channel, at=at, text="", kind=MessageKind.JOIN, markup=Markup.SLACK
        )
    thread = _stamp(entry.thread_ts)
    answers = bool(thread) and thread != stamp
    boxes = _parts(entry.attachments)
    words = written(entry.text or "", _parts(entry.blocks))
    return Message(
        ref=ref,
        author=author,
        channel=threads.get_or_make(thread, lambda: replace(channel, thread=thread)) if answers else channel,
        at=at,
        text=words_of(words, boxes, [asdict(file) for file in entry.files or ()]),
        markup=Markup.SLACK,
        edited_at=slack_time(_stamp(entry.edited.ts)) if entry.edited else None,
        mentions=mentions_in(words, Markup.SLACK),
        attachments=tuple(_attachment(file) for file in entry.files or () if file.mode not in _LOST_FILES),
        reply_to=thread if answers else None,
        reply_author=entry.parent_user_id if answers else None,
        forwarded=is_shared(boxes),
    )


def _parts(raw: msgspec.Raw) -> list[object]:
    return [] if raw == NULL else _decode_parts(bytes(raw))


def _stamp(value: str | float | None) -> str:
    """Return a `ts` as Slack writes it, also where a tool made it a number."""
    return value if isinstance(value, str) else "" if value is None else f"{value:.6f}"


def _attachment(file: File) -> Attachment:
    return Attachment(id=file.id, name=file.name or file.title or "", media_type=file.mimetype, size=file.size)
