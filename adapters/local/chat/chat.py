"""The chat: what everybody can do in it, kept in an SQLite file of its own.

Every method is one transaction and returns once it is stored; none waits for anything else. One chat belongs to one
community, and is used from one event loop.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from adapters.local.chat import posts, rules, words
from adapters.local.chat.book import note, noted
from adapters.local.chat.kept import Kept
from adapters.local.chat.types import (
    Account,
    Change,
    ChangeKind,
    ChatError,
    Held,
    NotHereError,
    NothingSaidError,
    NotYoursError,
    Post,
    Room,
    RoomKind,
)
from bot.domain.card import Card
from bot.domain.message import Attachment
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing

#: the account under which Locum itself posts
LOCUM = "locum"

_DOORS = "chat: closed"
_MOST_SIGNS = 20


def _direct(account: str) -> str:
    # no name of the policies has such a sign: nobody's notices can come to stand in a channel that is called so
    return f"direct~{account}"


def _thread(post: str) -> str:
    return f"t~{post}"


class Chat:
    """One community's chat."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        """Open the file, and make it where there is none; `now` is the one clock."""
        self._clock = now
        self._kept = Kept(file)
        if LOCUM not in self._kept.accounts:
            at = now()
            self.enrol(Account(id=LOCUM, name="Locum", created_at=at, joined_at=at, bot=True))

    def close(self) -> None:
        """Give the file back."""
        self._kept.book.close()

    def now(self) -> datetime:
        """Return the time, UTC; never before that of the newest post, so that posts keep their order."""
        at = self._clock()
        newest = self._kept.newest_at
        return at if newest is None else max(at, newest)

    # --- people

    def accounts(self) -> Sequence[Account]:
        """Return everybody who was ever here, by name."""
        return self._kept.by_name()

    def account(self, account: str) -> Account | None:
        """Return an account."""
        return self._kept.accounts.get(account)

    def enrol(self, account: Account) -> None:
        """Make an account, or bring its name, roles and language up to date; its times stay as they were."""
        known = self._kept.accounts.get(account.id)
        if not account.id or words.sound(account.id) != account.id:
            raise ChatError
        account = replace(
            account,
            name=words.sound_name(account.name, account.id),
            roles=frozenset(map(words.sound, account.roles)),
            language=words.sound(account.language),
            created_at=account.created_at if known is None else known.created_at,
            joined_at=account.joined_at if known is None else known.joined_at,
        )
        if account != known:
            with self._kept.writing():
                self._kept.save_account(account)

    def join(self, account: str, room: str) -> Post:
        """Let an account come in, and return the note that says so; raise ClosedError, HeldBackError, NotHereError.

        What it was under when it went still holds. Raises ChatError for one that is there.
        """
        who, where, now = self._kept.account(account), self._kept.room(room), self.now()
        if where.kind is not RoomKind.OPEN:
            raise NotHereError
        rules.check_joining(who, self._stands(account), closed=self.closed)
        who = replace(who, joined_at=now)
        with self._kept.writing():
            self._kept.save_account(who)
            return self._kept.add_post(Post(id="", room=room, author=account, text="", at=now, joined=True))

    def leave(self, account: str) -> None:
        """Let an account go; its posts stay."""
        who = self._kept.account(account)
        if who.joined_at is not None:
            with self._kept.writing():
                self._kept.save_account(replace(who, joined_at=None))

    def held(self, account: str, sanction: OutcomeKind) -> Held:
        """Return how an account stands; a timeout ends by itself, nothing else does."""
        return self._kept.held(account, sanction, self._clock())

    def restrict(self, account: str, sanction: OutcomeKind, standing: Standing, *, by: str, purge: int = 0) -> None:
        """Bring an account to a standing; a ban removes it, and its posts of the last `purge` seconds with it."""
        who, now = self._kept.account(account), self.now()
        if sanction is not OutcomeKind.TIMEOUT or not standing.held:
            standing = replace(standing, until=None)
        banned = sanction is OutcomeKind.BAN and standing.held
        new = banned and not self.held(account, sanction).standing.held
        with self._kept.writing():
            self._kept.save_standing(account, sanction, Held(standing=standing, by=words.sound(by)))
            if banned and who.joined_at is not None:
                self._kept.save_account(replace(who, joined_at=None))
            if new and purge > 0:
                for post in posts.posts_since(self._kept.book, account, now - timedelta(seconds=purge)):
                    self._kept.take_away(post, LOCUM, now)

    # --- rooms

    def rooms(self) -> Sequence[Room]:
        """Return every room but the direct ones, in the order in which they were made."""
        return [room for room in self._kept.rooms.values() if room.kind is not RoomKind.DIRECT]

    def room(self, room: str) -> Room | None:
        """Return a room."""
        return self._kept.rooms.get(room)

    def make_room(self, name: str, kind: RoomKind = RoomKind.OPEN, *, languages: Iterable[str] = ()) -> Room:
        """Make a room whose id is its name, or return the one there is, brought up to date."""
        name = words.sound_room(name)
        known = self._kept.rooms.get(name)
        ours = {RoomKind.OPEN, RoomKind.STAFF}
        if not name or kind not in ours or (known is not None and known.kind not in ours):
            raise ChatError
        room = Room(
            id=name, name=name, kind=kind, languages=frozenset(languages), slow=0 if known is None else known.slow
        )  # fmt: skip
        return room if room == known else self._save_room(room)

    def open_thread(self, account: str, post: str, name: str) -> Room:
        """Return the thread that begins at a post, made where there is none; raise as `say` does."""
        who, begins = self._kept.account(account), self._kept.standing_post(post)
        room = self._kept.room(begins.room)
        known = self._kept.rooms.get(_thread(begins.id))
        if known is not None and self.sees(account, known):
            return known
        if account != LOCUM:
            rules.check_writing(who, self._kept.root(room), self._stands(account))
        if room.kind in (RoomKind.DIRECT, RoomKind.THREAD):
            raise NotHereError
        name = words.sound_room(name)
        if not name:
            raise NothingSaidError
        thread = Room(id=_thread(begins.id), name=name, kind=RoomKind.THREAD, parent=room.id, began_at=begins.id,
                      languages=room.languages)  # fmt: skip
        return self._save_room(thread)

    def direct(self, account: str) -> Room:
        """Return the room between an account and Locum."""
        self._kept.account(account)
        known = self._kept.rooms.get(_direct(account))
        if known is not None:
            return known
        room = Room(id=_direct(account), name=_direct(account), kind=RoomKind.DIRECT, account=account)
        return self._save_room(room)

    def sees(self, account: str, room: Room) -> bool:
        """Return whether an account sees a room: a banned or absent one only its direct room, staff's only staff."""
        who = self._kept.accounts.get(account)
        if who is None:
            return False
        return account == LOCUM or rules.sees(who, self._kept.root(room), self._stands(account))

    def set_slow(self, room: str, seconds: int) -> bool:
        """Set the pause between an account's posts, 0 for none; return whether that changed anything.

        Threads under a room have its pause; staff and programs have none.
        """
        known = self._kept.room(room)
        if known.slow == seconds:
            return False
        self._save_room(replace(known, slow=seconds))
        return True

    @property
    def closed(self) -> bool:
        """Whether nobody can join for now."""
        return bool(noted(self._kept.book, _DOORS))

    def set_closed(self, *, closed: bool) -> bool:
        """Close the doors or open them; return whether that changed anything."""
        if self.closed is closed:
            return False
        with self._kept.writing():
            note(self._kept.book, _DOORS, "closed" if closed else "")
            self._kept.book.changed(ChangeKind.ROOM)
        return True

    # --- posts

    def say(
        self, account: str, room: str, text: str, *, reply_to: str = "", attachments: Sequence[Attachment] = ()
    ) -> Post:  # fmt: skip
        """Let an account write, and return the post; `@Name` mentions, `@everyone` everybody.

        Who is in quarantine writes in rooms named `calm` or `help` alone; in the direct room everybody always may.
        Raises NotHereError, NothingSaidError, TooLongError, SlowedError, HeldBackError.
        """
        who, where, now = self._kept.account(account), self._kept.room(room), self.now()
        root = self._kept.root(where)
        rules.check_writing(who, root, self._stands(account))
        files = words.sound_files(attachments)
        text = words.said(text, files=bool(files))
        slow = max(where.slow, root.slow)
        if slow:
            last = posts.last_said(self._kept.book, account, room, now - timedelta(seconds=slow))
            rules.check_pace(who, slow, last, now)
        answered = self._answered(room, reply_to)
        people_named, everyone = self._kept.mentioned(text)
        post = Post(
            id="", room=room, author=account, text=text, at=now, reply_to=answered, attachments=files,
            mentions=people_named, everyone=everyone,
        )  # fmt: skip
        with self._kept.writing():
            return self._kept.add_post(post)

    def edit(self, account: str, post: str, text: str) -> Post:
        """Change one's own post; raise as `say` does, and NotYoursError."""
        who, known = self._kept.account(account), self._seen_post(account, post)
        if known.author != account or known.joined:
            raise NotYoursError
        rules.check_writing(who, self._kept.root(self._kept.room(known.room)), self._stands(account))
        text = words.said(text, files=bool(known.attachments))
        if text == known.text:
            return known
        people_named, everyone = self._kept.mentioned(text)
        return self._save(replace(known, text=text, edited_at=self.now(), mentions=people_named, everyone=everyone))

    def remove(self, account: str, post: str) -> None:
        """Remove a post: one's own, or any for Locum; raise NotHereError, NotYoursError."""
        known = self._seen_post(account, post)
        if account not in (LOCUM, known.author):
            raise NotYoursError
        with self._kept.writing():
            self._kept.take_away(known, account, self.now())

    def react(self, account: str, post: str, sign: str) -> Post:
        """Add a reaction, or take it back; raise NotHereError, HeldBackError.

        Raises ChatError for what is no sign, and for one sign too many.
        """
        who, known = self._kept.account(account), self._seen_post(account, post)
        rules.check_writing(who, self._kept.root(self._kept.room(known.room)), self._stands(account))
        sign = words.sound(sign).strip()
        signs = dict(known.reactions)
        here = signs.get(sign, ())
        signs[sign] = tuple(one for one in here if one != account) if account in here else (*here, account)
        if not words.is_sign(sign) or len(signs) > _MOST_SIGNS:
            raise ChatError
        return self._save(replace(known, reactions=tuple((one, by) for one, by in signs.items() if by)))

    def put(self, room: str, text: str, *, action: str, card: Card | None = None) -> Post:
        """Let Locum post; a second post for one action is the first one, unless that is gone.

        It mentions those whom the card names, whatever stands in the text.
        """
        known, now, action = self.put_by(action), self.now(), words.sound(action)
        if known is not None and known.gone_at is None:
            return known
        self._kept.room(room)
        post = Post(
            id="", room=room, author=LOCUM, text=words.sound(text), at=now, card=card, action=action,
            mentions=self._kept.named(card),
        )  # fmt: skip
        with self._kept.writing():
            post = self._kept.add_post(post)
            posts.note_put(self._kept.book, action, post.id)
        return post

    def redraw(self, post: str, text: str, *, action: str, card: Card | None) -> bool:
        """Let Locum change what one of its posts shows; return False where it is gone."""
        known = posts.find_post(self._kept.book, post)
        if known is None or known.gone_at is not None or known.author != LOCUM:
            return False
        action = words.sound(action)
        with self._kept.writing():
            self._kept.save_post(
                replace(known, text=words.sound(text), card=card, action=action, mentions=self._kept.named(card))
            )
            posts.note_put(self._kept.book, action, post)
        return True

    def put_by(self, action: str) -> Post | None:
        """Return what was posted or changed last for an action."""
        return posts.put_for(self._kept.book, action)

    def post(self, post: str) -> Post | None:
        """Return a post, whether or not it still stands."""
        return posts.find_post(self._kept.book, post)

    def posts(self, room: str, *, before: str = "", most: int = 50) -> Sequence[Post]:
        """Return the last posts of a room, oldest first, those that are gone among them."""
        return posts.last_posts(self._kept.book, words.sound(room), before, most)

    def newest_posts(self, account: str) -> dict[str, str]:
        """Return the newest post of every room that an account sees and in which there is one."""
        newest = self._kept.newest_in
        return {room.id: newest[room.id] for room in self.rooms() if room.id in newest and self.sees(account, room)}

    def written(self, room: str, after: datetime, until: datetime, *, beyond: str = "", most: int = 100) -> list[Post]:
        """Return members' standing posts of `after` ≤ time ≤ `until`, oldest first, from behind `beyond` on."""
        span = (after, until)
        return posts.written_posts(self._kept.book, words.sound(room), span, but=LOCUM, beyond=beyond, most=most)

    # --- what happens

    @property
    def newest(self) -> int:
        """The number of the newest change."""
        return self._kept.book.newest

    def changes(self, after: int, *, most: int = 500) -> Sequence[Change]:
        """Return the next changes after a number."""
        return self._kept.book.changes(after, most)

    def forget_changes(self, until: int) -> None:
        """Drop the changes up to a number: everybody who listens has heard of them."""
        with self._kept.writing():
            self._kept.book.forget(until)

    async def changed(self, after: int) -> None:
        """Return once there is a newer change than that; at once where there is."""
        await self._kept.book.wait(after)

    # --- what else is kept

    def note(self, name: str, value: str) -> None:
        """Keep something under a name."""
        with self._kept.writing():
            note(self._kept.book, words.sound(name), words.sound(value))

    def noted(self, name: str) -> str:
        """Return what was kept under a name; empty for nothing."""
        return noted(self._kept.book, words.sound(name))

    # --- what several of these need

    def _stands(self, account: str) -> rules.Stands:
        return self._kept.stands(account, self._clock())

    def _save_room(self, room: Room) -> Room:
        with self._kept.writing():
            self._kept.save_room(room)
        return room

    def _save(self, post: Post) -> Post:
        with self._kept.writing():
            return self._kept.save_post(post)

    def _seen_post(self, account: str, post: str) -> Post:
        """Return a post that stands where an account sees it."""
        known = self._kept.standing_post(post)
        if not self.sees(account, self._kept.room(known.room)):
            raise NotHereError
        return known

    def _answered(self, room: str, reply_to: str) -> str:
        """Return the post that is answered; none where it is gone meanwhile."""
        known = posts.find_post(self._kept.book, reply_to) if reply_to else None
        if reply_to and (known is None or known.room != room):
            raise NotHereError
        return "" if known is None or known.gone_at is not None else known.id
