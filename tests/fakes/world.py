"""A platform's whole state: what stands in its channels, how its members stand, and every effect that reached it.

A world kept in a file outlives the process: each change is one line, written at once, and read again at opening.
Several processes may share the file.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from bot.domain.action import ActionKind
from bot.domain.card import Button, Card
from bot.domain.message import AccountRef, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Stream, stream_of
from bot.domain.sanction import FREE, Standing
from bot.ports import Effect


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A notice or card that stands on the platform."""

    #: the platform's id
    id: str
    #: surrogate of the action that asked for it
    action: str
    #: notice: whom it went to
    account: AccountRef | None = None
    #: notice: what it says
    text: str = ""
    #: card: where it hangs
    stream: Stream | None = None
    #: card: what it shows
    card: Card | None = None
    #: notice: what can be pressed in it
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """A thread at a card."""

    #: what it is called
    title: str
    #: what Locum said in it: surrogate of the action, and the words
    said: tuple[tuple[str, str], ...] = ()
    #: False once it is put away
    is_open: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """How a member stands, and who said so."""

    #: how
    standing: Standing
    #: surrogate of the action; empty when it was somebody on the platform itself
    by: str


def _real_time() -> datetime:
    return datetime.now(UTC)


class World:
    """What is true outside."""

    def __init__(self, file: Path | None = None, *, now: Callable[[], datetime] = _real_time) -> None:
        self.now = now
        self.messages: dict[Stream, dict[str, Message]] = {}
        self.members: dict[AccountRef, dict[OutcomeKind, Held]] = {}
        self.notices: dict[str, Posted] = {}
        self.cards: dict[str, Posted] = {}
        #: threads, by the message at which they hang
        self.threads: dict[str, Talk] = {}
        self.roles: dict[AccountRef, frozenset[str]] = {}
        #: bytes of files, by the id of the attachment
        self.files: dict[str, bytes] = {}
        self.slow: dict[Stream, int] = {}
        self.closed: dict[str, int] = {}
        #: pages by key: what was sent, each time
        self.pages: dict[str, list[str]] = {}
        #: effects that changed something, by surrogate of the action
        self.by_action: Counter[str] = Counter()
        #: the same, by kind and target
        self.by_target: Counter[tuple[ActionKind, str]] = Counter()
        #: kind, target and surrogate of every effect that changed something, in order
        self.log: list[tuple[ActionKind, str, str]] = []
        #: set once any effect reached it
        self.reached = asyncio.Event()
        self._read = 0
        self._rest = b""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = None if file is None else os.open(file, flags, 0o600)
        self.catch_up()
        if self._file is not None and self._rest:
            os.write(self._file, b"\n")

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def post(self, *messages: Message) -> None:
        """Let members write."""
        for message in messages:
            self._change({"do": "post", "message": msgspec.to_builtins(message)})

    def attach(self, identifier: str, data: bytes) -> None:
        """Let a file be there, for whatever message names it."""
        self._change({"do": "attach", "id": identifier, "data": data.hex()})

    def edit(self, message: Message) -> None:
        """Let a member edit what stands there."""
        self.post(message)

    def erase(self, ref: MessageRef) -> None:
        """Let somebody delete a message, or what shows a card, on the platform itself."""
        self._change({"do": "erase", "ref": msgspec.to_builtins(ref)})

    def join(self, *accounts: AccountRef) -> None:
        """Let members in; nobody is held before that."""
        for account in accounts:
            self._change({"do": "join", "account": msgspec.to_builtins(account)})

    def leave(self, account: AccountRef) -> None:
        """Let a member go by themselves."""
        self._change({"do": "leave", "account": msgspec.to_builtins(account)})

    def hold(self, account: AccountRef, *roles: str) -> None:
        """Let somebody on the platform itself say which roles a member holds."""
        self._change({"do": "hold", "account": msgspec.to_builtins(account), "roles": list(roles)})

    def natively(self, account: AccountRef, kind: OutcomeKind, standing: Standing) -> None:
        """Let somebody restrict or free a member on the platform itself."""
        said = {"account": account, "kind": kind, "standing": standing}
        self._change({"do": "natively", **msgspec.to_builtins(said)})

    def act(self, effect: Effect) -> str:
        """Let an effect happen, and return the id of what it posted."""
        self.catch_up()
        posted = uuid4().hex
        said = {"at": self.now(), "effect": effect, "posted": posted}
        self._change({"do": "act", **msgspec.to_builtins(said)})
        return posted

    def page(self, key: str, text: str) -> None:
        """Let a page reach staff."""
        self._change({"do": "page", "key": key, "text": text})

    def standing(self, account: AccountRef, kind: OutcomeKind) -> Standing:
        """Return how a member stands now; a timeout ends by itself."""
        return self.held(account, kind).standing

    def held(self, account: AccountRef, kind: OutcomeKind) -> Held:
        """Return how a member stands now, and who said so."""
        self.catch_up()
        held = self.members.get(account, {}).get(kind)
        if held is None or (held.standing.until is not None and held.standing.until <= self.now()):
            return Held(standing=FREE, by="" if held is None else held.by)
        return held

    def find(self, ref: MessageRef) -> Message | None:
        """Return a message that stands somewhere."""
        self.catch_up()
        return next((messages[ref.message] for stream, messages in self._in(ref) if ref.message in messages), None)

    def catch_up(self) -> None:
        """Take in what other processes wrote to the file."""
        if self._file is None:
            return
        size = os.fstat(self._file).st_size
        while self._read < size:
            data = os.pread(self._file, size - self._read, self._read)
            self._read += len(data)
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                # what a kill cut off never happened
                with suppress(msgspec.DecodeError):
                    self._apply(msgspec.json.decode(line))

    def _change(self, change: Mapping[str, Any]) -> None:
        line = msgspec.json.encode(change)
        if self._file is None:
            self._apply(msgspec.json.decode(line))
            return
        os.write(self._file, line + b"\n")
        self.catch_up()

    def _in(self, ref: MessageRef) -> list[tuple[Stream, dict[str, Message]]]:
        place = (ref.platform, ref.workspace, ref.channel)
        return [
            (stream, messages) for stream, messages in self.messages.items()
            if (stream.platform, stream.workspace) == place[:2] and ref.channel in (stream.channel, stream.thread)
        ]  # fmt: skip

    def _apply(self, change: dict[str, Any]) -> None:
        match change["do"]:
            case "post":
                message = msgspec.convert(change["message"], Message)
                self.messages.setdefault(stream_of(message.channel), {})[message.ref.message] = message
            case "attach":
                self.files[change["id"]] = bytes.fromhex(change["data"])
            case "erase":
                self._erase(msgspec.convert(change["ref"], MessageRef))
            case "join":
                self.members.setdefault(msgspec.convert(change["account"], AccountRef), {})
            case "leave":
                self.members.pop(msgspec.convert(change["account"], AccountRef), None)
            case "hold":
                self.roles[msgspec.convert(change["account"], AccountRef)] = frozenset(change["roles"])
            case "natively":
                account = msgspec.convert(change["account"], AccountRef)
                standing = msgspec.convert(change["standing"], Standing)
                self.members.setdefault(account, {})[OutcomeKind(change["kind"])] = Held(standing=standing, by="")
            case "page":
                self.pages.setdefault(change["key"], []).append(change["text"])
            case "act":
                effect = msgspec.convert(change["effect"], Effect)
                self._act(effect, msgspec.convert(change["at"], datetime), change["posted"])
            case other:
                raise AssertionError(other)

    def _erase(self, ref: MessageRef) -> bool:
        if self.cards.pop(ref.message, None) is not None:
            return True
        return any(messages.pop(ref.message, None) is not None for _, messages in self._in(ref))

    def _act(self, effect: Effect, at: datetime, posted: str) -> None:
        if self._changed(effect, at, posted):
            target = target_of(effect)
            self.by_action[effect.action] += 1
            self.by_target[effect.kind, target] += 1
            self.log.append((effect.kind, target, effect.action))
            self.reached.set()

    def _changed(self, effect: Effect, at: datetime, posted: str) -> bool:
        """Do what an effect asks for, and return whether anything is different now."""
        match effect.kind:
            case ActionKind.DELETE:
                assert effect.message is not None
                return self._erase(effect.message)
            case ActionKind.RESTRICT:
                return self._restrict(effect, at)
            case ActionKind.KICK:
                assert effect.account is not None
                return self.members.pop(effect.account, None) is not None
            case ActionKind.ROLE:
                return self._strip(effect)
            case ActionKind.NOTICE:
                self.notices[posted] = Posted(
                    id=posted,
                    action=effect.action,
                    account=effect.account,
                    text=effect.text,
                    card=effect.card,
                    buttons=effect.buttons,
                )
                return True
            case ActionKind.CARD | ActionKind.THREAD:
                return self._talk(effect) if effect.kind is ActionKind.THREAD else self._show(effect, posted)
            case ActionKind.SLOW_MODE | ActionKind.RAID_MODE:
                return self._set(effect)
            case ActionKind.PAGE:
                self.pages.setdefault(effect.action, []).append(effect.text)
                return True

    def can_talk(self, effect: Effect) -> bool:
        """Return whether there is a card for a thread, and the thread where it is to end."""
        self.catch_up()
        assert effect.message is not None
        begun = effect.message.message in self.threads
        return begun or (bool(effect.amount) and effect.message.message in self.cards)

    def is_talked(self, effect: Effect) -> bool:
        """Return whether a thread is as an effect wants it."""
        assert effect.message is not None
        talk = self.threads.get(effect.message.message)
        if talk is None or effect.action not in dict(talk.said):
            return False
        return bool(effect.amount) or not talk.is_open

    def _talk(self, effect: Effect) -> bool:
        assert effect.message is not None
        if self.is_talked(effect):
            return False
        talk = self.threads.get(effect.message.message, Talk(title=effect.title))
        said = (*talk.said, (effect.action, effect.text))
        self.threads[effect.message.message] = replace(talk, said=said, is_open=bool(effect.amount))
        return True

    def _strip(self, effect: Effect) -> bool:
        assert effect.account is not None
        before = self.roles.get(effect.account, frozenset())
        self.roles[effect.account] = before - {effect.role}
        return effect.role in before

    def _set(self, effect: Effect) -> bool:
        if effect.kind is ActionKind.RAID_MODE:
            before = self.closed.get("", 0)
            self.closed[""] = effect.amount
        else:
            assert effect.stream is not None
            before = self.slow.get(effect.stream, 0)
            self.slow[effect.stream] = effect.amount
        return before != effect.amount

    def _restrict(self, effect: Effect, at: datetime) -> bool:
        assert effect.account is not None
        assert effect.sanction is not None
        kinds = self.members.setdefault(effect.account, {})
        before = kinds.get(effect.sanction)
        standing = FREE if before is None else before.standing
        if standing.until is not None and standing.until <= at:
            standing = FREE
        kinds[effect.sanction] = Held(standing=effect.standing, by=effect.action)
        if effect.sanction is OutcomeKind.BAN and effect.standing.held and not standing.held and effect.purge:
            self._purge(effect.account, at - timedelta(seconds=effect.purge))
        return standing != effect.standing

    def _purge(self, account: AccountRef, since: datetime) -> None:
        for messages in self.messages.values():
            for name in [name for name, one in messages.items() if one.author.account == account and one.at >= since]:
                del messages[name]

    def _show(self, effect: Effect, posted: str) -> bool:
        if effect.message is None:
            self.cards[posted] = Posted(id=posted, action=effect.action, stream=effect.stream, card=effect.card)
            return True
        shown = self.cards[effect.message.message]
        self.cards[shown.id] = Posted(id=shown.id, action=effect.action, stream=shown.stream, card=effect.card)
        return shown.card != effect.card


def target_of(effect: Effect) -> str:
    """Return what an effect is about, as counts name it."""
    if effect.kind is ActionKind.CARD:
        return effect.message.message if effect.message is not None else "new"
    if effect.message is not None:
        return f"{effect.message.channel}/{effect.message.message}"
    if effect.account is not None:
        suffix = f"/{effect.sanction.value}" if effect.sanction is not None else ""
        return f"{effect.account.user}{suffix}"
    return effect.stream.channel if effect.stream is not None else ""
