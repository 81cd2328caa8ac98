"""What happens, told to an open page as it happens: posts as they come, and the parts of it that changed.

One stream is one task. It tells what is newest whenever its reader is ready for more, so that a slow one, or a burst,
costs no memory: of many posts the newest are told, and whoever is too far behind reads the page once more.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic, thread_time

from adapters.local.chat.types import Change, ChangeKind, Post, Room
from adapters.local.web.drawing import draw_posts
from adapters.local.web.page import Visit, followed_of, frame, life_view, seconds_ahead
from adapters.local.web.people import people_of
from adapters.local.web.views import PageView, PersonView
from bot.errors import LocumError

#: what draws a template
Render = Callable[..., str]

#: posts of one burst that are told
MOST = 50
#: posts that were told before, or removed, and are drawn once more in one go
_MOST_AGAIN = 200
#: changes behind which somebody reads the page once more
BEHIND = 5_000
#: seconds between two tellings; in a burst, so much longer than what one took, and so long at most: many pages share
#: one processor
_PAUSE = 0.1
_SHARE = 12
_LONGEST = 1.0
#: posts that are drawn before others have their turn
_AT_ONCE = 10
#: seconds between two looks at what no change of the chat announces
_LOOK = 0.25
#: seconds of silence after which a comment keeps the connection open
_SILENCE = 10.0
#: seconds after which parts are drawn once more even if nothing happened: a timeout ends by itself
_ANYWAY = 5.0
#: seconds between two drawings of parts while a lot happens
_SOON = 0.5
#: changes that show in parts of the page
_MOVES = frozenset({ChangeKind.ACCOUNT, ChangeKind.STANDING, ChangeKind.ROOM})
#: posts that could be marked later, because something follows from them in a moment
_WATCHED = 60

#: parts of the page that are sent when they changed: event → template
PARTS = {
    "rooms": "rooms.html",
    "reader": "composer.html",
    "entries": "entries.html",
    "tour": "tour.html",
    "life": "life.html",
    "present": "present.html",
}


@dataclass(kw_only=True, slots=True)
class _Told:
    """What one page was told."""

    #: number of the newest change
    newest: int
    #: the page as its parts were drawn last
    view: PageView
    #: who is who
    people: dict[str, PersonView]
    #: parts as they were sent last
    parts: dict[str, str] = field(default_factory=dict)
    #: posts that something may yet follow from, oldest first, and whether it did
    marked: dict[str, bool] = field(default_factory=dict)
    #: number of the ledger's newest entry
    entry: int = -1
    #: posts of the last telling
    drawn: int = 0
    #: parts may have changed since
    stale: bool = True
    #: it is time to draw them
    due: bool = False
    #: when parts were drawn last
    drawn_at: float = 0.0


async def events(
    visit: Visit, room: Room, after: int, *, resumed: bool, state: str, render: Render, stopping: asyncio.Event
) -> AsyncIterator[bytes]:  # fmt: skip
    """Yield server-sent events from behind a change on, until the program stops.

    `state` is that of the page's parts as it was read; empty where it doesn't say.
    """
    chat = visit.community.chat
    try:
        # before anything is said: what happens once a page was greeted is told to it
        people = await people_of(visit.known, visit.language, visit.account.id)
        view = await frame(visit, room, people)
    except LocumError:
        # the browser comes again in a moment
        return
    yield _event("hello", {"csrf": visit.csrf, "newest": chat.newest}, min(after, chat.newest))
    if not 0 <= chat.newest - after <= BEHIND:
        # too much happened, or the chat began anew
        after = chat.newest
        yield _event("reload", {"newest": after}, after)
    told = _Told(newest=after, view=view, people=people)
    told.marked = dict.fromkeys((post.id for post in chat.posts(room.id, most=_WATCHED)), False)
    if not resumed and state in ("", told.view.state):
        # they stand in the page that was just read; whatever changed before its stream began is told
        told.parts = {event: render(name, visit.language, view=told.view) for event, name in PARTS.items()}
    own = chat.direct(visit.account.id).id
    if any(one.kind is ChangeKind.ROOM and one.room != own for one in await _changes(visit, after, chat.newest)):
        # of a room that was made since then the page knows nothing
        told.parts.pop("rooms", None)
    spoken_at = ready_at = monotonic()
    while not stopping.is_set():
        begun = thread_time()
        news = await _news(visit, room, told, render)
        cost = thread_time() - begun
        for event in news:
            yield event
        # who is who is asked behind it: a post that was removed is gone at once
        parts = await _changed_parts(visit, room, told, render)
        for event in parts:
            yield event
        now = monotonic()
        if news or parts:
            pause = min(_LONGEST, _SHARE * cost) if told.drawn > _AT_ONCE else 0.0
            spoken_at, ready_at = now, now + max(_PAUSE, pause)
        elif now - spoken_at >= _SILENCE:
            spoken_at = now
            yield b": still here\n\n"
        await _something(visit, told.newest, stopping, ready_at - now)


async def _something(visit: Visit, newest: int, stopping: asyncio.Event, pause: float) -> None:
    """Return once something may have happened, and not before the next telling is due."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), max(0.0, pause))
    if not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(visit.community.chat.changed(newest), _LOOK)


async def _news(visit: Visit, room: Room, told: _Told, render: Render) -> list[bytes]:
    """Return what is to be told now; nothing while Locum can't be asked."""
    newest = visit.community.chat.newest
    if newest - told.newest > BEHIND:
        told.newest = newest
        return [_event("reload", {"newest": newest}, newest)]
    try:
        return await _told_now(visit, room, told, render, newest)
    except LocumError:
        return []


async def _told_now(visit: Visit, room: Room, told: _Told, render: Render, newest: int) -> list[bytes]:
    changes = await _changes(visit, told.newest, newest)
    entry = await visit.known.newest_entry(visit.language)
    # whoever was banned, or lost a role, hears no more of the room
    seen = visit.community.chat.sees(visit.account.id, room)
    posts = await _posts(visit, room, told, changes, look=entry != told.entry) if seen else []
    told.due = await _parts_due(visit, told, changes, entry)
    if any(post.author not in told.people for post, _ in posts):
        told.people = await people_of(visit.known, visit.language, visit.account.id)
    told.newest, told.entry, told.drawn = newest, entry, len(posts)
    found = []
    if elsewhere := _elsewhere(visit, room, changes):
        found.append(_event("heard", elsewhere, newest))
    if posts:
        found.append(
            _event("posts", {"upsert": await _drawn(visit, room, posts, told, render), "newest": newest}, newest)
        )
    return found


async def _changed_parts(visit: Visit, room: Room, told: _Told, render: Render) -> list[bytes]:
    """Return the parts that changed, where it is time to look; nothing while Locum can't be asked."""
    if not told.due:
        return []
    try:
        told.people = await people_of(visit.known, visit.language, visit.account.id)
        told.view = await frame(visit, visit.community.chat.room(room.id) or room, told.people, newest=told.newest)
    except LocumError:
        return []
    told.due, told.stale, told.drawn_at = False, False, monotonic()
    return _parts(told, told.newest, visit.language, render)


def _elsewhere(visit: Visit, room: Room, changes: Sequence[Change]) -> dict[str, str]:
    """Return the newest post of every other room in which something was written, and which the reader sees."""
    came = {one.room: one.post for one in changes if one.kind is ChangeKind.POSTED and one.room != room.id}
    chat, account = visit.community.chat, visit.account.id
    rooms = {name: chat.room(name) for name in came}
    return {name: post for name, post in came.items() if (one := rooms[name]) is not None and chat.sees(account, one)}


async def _changes(visit: Visit, after: int, until: int) -> list[Change]:
    found: list[Change] = []
    while after < until and (more := visit.community.chat.changes(after)):
        found += more
        after = more[-1].number
        if after < until:
            await asyncio.sleep(0)
    return found


async def _posts(
    visit: Visit, room: Room, told: _Told, changes: Sequence[Change], *, look: bool
) -> list[tuple[Post, bool]]:  # fmt: skip
    """Return the posts to be drawn, oldest first, each with whether something followed from it."""
    chat = visit.community.chat
    here = [one for one in changes if one.room == room.id and one.post]
    came = list(dict.fromkeys(one.post for one in here if one.kind is ChangeKind.POSTED))
    skipped = set(came[:-MOST])
    new = set(came)
    again = list(dict.fromkeys(one.post for one in here if one.post not in new))[-_MOST_AGAIN:]
    # a thread shows at the post that it begins at
    opened = [chat.room(one.room) for one in changes if one.kind is ChangeKind.ROOM]
    again += [one.began_at for one in opened if one is not None and one.parent == room.id and one.began_at]
    wanted = {*again, *new} - skipped
    told.marked |= dict.fromkeys(came[-MOST:], False)
    told.marked = dict(list(told.marked.items())[-_WATCHED:])
    watched = {post for post, marked in told.marked.items() if not marked} if look else set()
    found = {id_: post for id_ in wanted | watched if (post := chat.post(id_)) is not None}
    followed = await followed_of(visit, list(found.values()))
    fresh = followed & watched
    told.marked |= dict.fromkeys(followed & told.marked.keys(), True)
    shown = (post for id_, post in found.items() if id_ in wanted or id_ in fresh)
    return [(post, post.id in followed) for post in sorted(shown, key=lambda one: int(one.id))]


async def _drawn(
    visit: Visit, room: Room, posts: Sequence[tuple[Post, bool]], told: _Told, render: Render
) -> list[dict[str, str]]:  # fmt: skip
    chat, reader = visit.community.chat, visit.reader(told.people)
    followed = frozenset(post.id for post, marked in posts if marked)
    drawn = []
    for count, (post, _) in enumerate(posts):
        if count % _AT_ONCE == 0:
            await asyncio.sleep(0)
        # those before it in the same telling may not be the ones that stand before it
        before = next(iter(chat.posts(room.id, before=post.id, most=1)), None)
        [view] = draw_posts(chat, reader, [post], followed, before=before)
        html = render("post.html", visit.language, post=view, view=told.view)
        drawn.append({"id": f"post-{post.id}", "html": html})
    return drawn


async def _parts_due(visit: Visit, told: _Told, changes: Sequence[Change], entry: int) -> bool:
    """Return whether parts are to be drawn: soon when something may have changed, and now and then anyway."""
    tour = visit.shown.tour
    happened = bool(changes) or entry != told.entry
    if tour is not None and happened:
        await tour.look()
    moved = any(one.kind in _MOVES for one in changes) or entry != told.entry
    moved = moved or life_view(visit) != told.view.life or seconds_ahead(visit.community) != told.view.ahead
    # it also goes on by what no change of the chat, and no entry, announces: a press on the page
    moved = moved or (tour is not None and await tour.view(visit.account.id, visit.language) != told.view.tour)
    told.stale = told.stale or moved
    since = monotonic() - told.drawn_at
    return since >= (_SOON if told.stale else _ANYWAY)


def _parts(told: _Told, newest: int, language: str, render: Render) -> list[bytes]:
    found = []
    for event, name in PARTS.items():
        html = render(name, language, view=told.view)
        if told.parts.get(event) != html:
            told.parts[event] = html
            found.append(_event(event, {"html": html}, newest))
    return found


def _event(name: str, data: object, number: int) -> bytes:
    """Return one event; what is in it holds no line breaks, for JSON spells them out."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()
