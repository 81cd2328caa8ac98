"""What the chat keeps, with the part of it that is asked for all the time held in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from adapters.local.chat import people, places, posts, words
from adapters.local.chat.book import Book
from adapters.local.chat.rules import Stands
from adapters.local.chat.types import Account, ChangeKind, Held, NotHereError, Post, Room, RoomKind
from bot.domain.card import Card
from bot.domain.message import PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE

_NOBODY = Held(standing=FREE)


class Kept:
    """One chat's file, its accounts and its rooms; what is in memory changes once it is stored, and not before."""

    def __init__(self, file: Path) -> None:
        self.book = book = Book(file)
        self.accounts = {account.id: account for account in people.all_accounts(book)}
        self.rooms = {room.id: room for room in places.all_rooms(book)}
        self._standings = people.all_standings(book)
        #: when the newest post was written
        self.newest_at = posts.last_time(book)
        #: the newest post of every room
        self.newest_in = posts.newest_by_room(book)
        self._called: words.Called | None = None
        self._by_name: tuple[Account, ...] | None = None
        self._unsaved: list[Account | Room | Post | tuple[str, OutcomeKind, Held]] = []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Do everything within it as one transaction; nothing of it is there when it raises."""
        self._unsaved.clear()
        with self.book.writing():
            yield
        for one in self._unsaved:
            match one:
                case Account():
                    self.accounts[one.id] = one
                    self._called = self._by_name = None
                case Room():
                    self.rooms[one.id] = one
                case (account, sanction, Held() as held):
                    self._standings[account, sanction] = held
                case Post():
                    # posts are written in the order of time
                    self.newest_at, self.newest_in[one.room] = one.at, one.id

    # --- what there is

    def account(self, account: str) -> Account:
        """Return an account, or raise NotHereError."""
        if account not in self.accounts:
            raise NotHereError
        return self.accounts[account]

    def by_name(self) -> tuple[Account, ...]:
        """Return every account in the order of names."""
        if self._by_name is None:
            self._by_name = tuple(sorted(self.accounts.values(), key=lambda one: (one.name.casefold(), one.id)))
        return self._by_name

    def room(self, room: str) -> Room:
        """Return a room, or raise NotHereError."""
        if room not in self.rooms:
            raise NotHereError
        return self.rooms[room]

    def root(self, room: Room) -> Room:
        """Return the room that a thread hangs under; any other room is its own."""
        return self.room(room.parent) if room.kind is RoomKind.THREAD else room

    def standing_post(self, post: str) -> Post:
        """Return a post that stands, or raise NotHereError."""
        known = posts.find_post(self.book, post)
        if known is None or known.gone_at is not None:
            raise NotHereError
        return known

    def held(self, account: str, sanction: OutcomeKind, now: datetime) -> Held:
        """Return how an account stands; a timeout ends by itself."""
        held = self._standings.get((account, sanction), _NOBODY)
        until = held.standing.until
        return held if until is None or until > now else replace(held, standing=FREE)

    def stands(self, account: str, now: datetime) -> Stands:
        """Return what says how an account stands."""
        return lambda sanction: self.held(account, sanction, now).standing

    def mentioned(self, text: str) -> tuple[tuple[str, ...], bool]:
        """Return whom of those present a text mentions, and whether it mentions everybody."""
        if "@" not in text:
            return (), False
        if self._called is None:
            self._called = words.called(self.accounts.values())
        return words.mentioned(text, self._called)

    def named(self, card: Card | None) -> tuple[str, ...]:
        """Return the accounts that a card mentions."""
        named = () if card is None else card.mentions
        users = [one.user for one in named if one.platform is PlatformName.LOCAL and one.user in self.accounts]
        return tuple(dict.fromkeys(users))

    # --- what is written, each within a transaction

    def save_account(self, account: Account) -> None:
        """Make an account, or write down what it is like now."""
        people.save_account(self.book, account)
        self.book.changed(ChangeKind.ACCOUNT, account=account.id)
        self._unsaved.append(account)

    def save_standing(self, account: str, sanction: OutcomeKind, held: Held) -> None:
        """Write down how an account stands."""
        people.save_standing(self.book, account, sanction, held)
        self.book.changed(ChangeKind.STANDING, account=account)
        self._unsaved.append((account, sanction, held))

    def save_room(self, room: Room) -> None:
        """Make a room, or write down what it is like now."""
        places.save_room(self.book, room)
        self.book.changed(ChangeKind.ROOM, room=room.id, post=room.began_at, account=room.account)
        self._unsaved.append(room)

    def add_post(self, post: Post) -> Post:
        """Make a post, and return it with its id."""
        post = replace(post, id=posts.add_post(self.book, post))
        self.book.changed(ChangeKind.POSTED, room=post.room, post=post.id, account=post.author)
        self._unsaved.append(post)
        return post

    def save_post(self, post: Post) -> Post:
        """Write down what a post is like now, and return it."""
        posts.save_post(self.book, post)
        self.book.changed(ChangeKind.EDITED, room=post.room, post=post.id, account=post.author)
        return post

    def take_away(self, post: Post, by: str, at: datetime) -> None:
        """Remove a post, with everything that was in it."""
        gone = replace(
            post, text="", attachments=(), mentions=(), everyone=False, reactions=(), card=None, gone_at=at, gone_by=by
        )  # fmt: skip
        posts.save_post(self.book, gone)
        self.book.changed(ChangeKind.REMOVED, room=post.room, post=post.id, account=post.author)
