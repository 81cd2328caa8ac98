"""What Locum asks of the chat, effect by effect: done, or looked at afterwards."""

from dataclasses import replace

from adapters.local.chat.chat import LOCUM, Chat
from adapters.local.chat.types import Account, NotHereError, Post, Room
from adapters.local.reading import find
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.card import Card
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import alike
from bot.ports import Effect

_DONE = Result(answer=Answer.DONE)
_ALREADY_SO = Result(answer=Answer.ALREADY_SO)
_GONE = Result(answer=Answer.GONE)
_NOT_DONE = Result(answer=Answer.RETRY_AFTER)


def do(chat: Chat, workspace: str, effect: Effect) -> Result:
    """Do what is asked and return what became of it; raise ChatError where the chat doesn't do that."""
    match effect.kind:
        case ActionKind.DELETE:
            return _delete(chat, workspace, effect)
        case ActionKind.RESTRICT:
            return _restrict(chat, workspace, effect)
        case ActionKind.KICK | ActionKind.ROLE:
            return (_kick if effect.kind is ActionKind.KICK else _take_role)(chat, workspace, effect)
        case ActionKind.NOTICE:
            # who was removed still reads it there
            account = _account(chat, workspace, effect)
            text = f"{mentioning(chat, effect.card)}\n{effect.text}".strip()
            card = effect.card or (Card(title="", buttons=effect.buttons) if effect.buttons else None)
            post = chat.put(chat.direct(account.id).id, text, action=effect.action, card=card)
            return Result(answer=Answer.DONE, posted=post.id)
        case ActionKind.CARD:
            return _show(chat, workspace, effect)
        case ActionKind.THREAD:
            return _talk(chat, workspace, effect)
        case ActionKind.SLOW_MODE | ActionKind.RAID_MODE:
            return _set_place(chat, workspace, effect)
        case ActionKind.PAGE:
            return Result(answer=Answer.FORBIDDEN, reason="not_supported")


def look(chat: Chat, workspace: str, effect: Effect) -> Result:
    """Return what the chat shows of something that was asked before; raise ChatError where it has no such thing."""
    match effect.kind:
        case ActionKind.RESTRICT:
            return _look_at_standing(chat, workspace, effect)
        case ActionKind.NOTICE | ActionKind.CARD | ActionKind.THREAD:
            return _look_for_post(chat, effect)
        case ActionKind.PAGE:
            return Result(answer=Answer.FORBIDDEN, reason="not_supported")
        case ActionKind.DELETE:
            return _look_for_deletion(_post(chat, workspace, effect))
        case ActionKind.KICK:
            return _told(is_so=_account(chat, workspace, effect).joined_at is None)
        case ActionKind.ROLE:
            return _told(is_so=effect.role not in _account(chat, workspace, effect).roles)
        case ActionKind.SLOW_MODE:
            return _told(is_so=_room(chat, workspace, effect).slow == max(effect.amount, 0))
        case ActionKind.RAID_MODE:
            return _told(is_so=chat.closed is (effect.amount > 0))


def mentioning(chat: Chat, card: Card | None) -> str:
    """Return the words with which a card's post mentions whom the card names; nobody else ever is."""
    named = [] if card is None else [chat.account(ref.user) for ref in card.mentions]
    return " ".join(dict.fromkeys(f"@{account.name}" for account in named if account is not None))


def _delete(chat: Chat, workspace: str, effect: Effect) -> Result:
    post = _post(chat, workspace, effect)
    if post.gone_at is not None:
        return _GONE
    chat.remove(LOCUM, post.id)
    return _DONE


def _restrict(chat: Chat, workspace: str, effect: Effect) -> Result:
    account, sanction = _account(chat, workspace, effect), _sanction(effect)
    if account.id == LOCUM:
        return Result(answer=Answer.FORBIDDEN, reason="own_account")
    if chat.held(account.id, sanction).standing == effect.standing:
        return _ALREADY_SO
    if account.joined_at is None and sanction is not OutcomeKind.BAN and effect.standing.held:
        # who has gone is held once they come back
        return _GONE
    chat.restrict(account.id, sanction, effect.standing, by=effect.action, purge=effect.purge)
    return _DONE


def _kick(chat: Chat, workspace: str, effect: Effect) -> Result:
    account = _account(chat, workspace, effect)
    if account.id == LOCUM:
        return Result(answer=Answer.FORBIDDEN, reason="own_account")
    if account.joined_at is None:
        return _GONE
    chat.leave(account.id)
    return _DONE


def _set_place(chat: Chat, workspace: str, effect: Effect) -> Result:
    if effect.kind is ActionKind.RAID_MODE:
        changed = chat.set_closed(closed=effect.amount > 0)
    else:
        changed = chat.set_slow(_room(chat, workspace, effect).id, max(effect.amount, 0))
    return _DONE if changed else _ALREADY_SO


def _take_role(chat: Chat, workspace: str, effect: Effect) -> Result:
    account = _account(chat, workspace, effect)
    if account.joined_at is None:
        return _GONE
    if effect.role not in account.roles:
        return _ALREADY_SO
    chat.enrol(replace(account, roles=account.roles - {effect.role}))
    return _DONE


def _show(chat: Chat, workspace: str, effect: Effect) -> Result:
    text = mentioning(chat, effect.card)
    if effect.message is None:
        post = chat.put(_room(chat, workspace, effect).id, text, action=effect.action, card=effect.card)
        return Result(answer=Answer.DONE, posted=post.id)
    known = _post(chat, workspace, effect)
    return _DONE if chat.redraw(known.id, text, action=effect.action, card=effect.card) else _GONE


def _talk(chat: Chat, workspace: str, effect: Effect) -> Result:
    """Say something in the thread of a card; a chat of our own has nowhere to put threads away."""
    known = _post(chat, workspace, effect)
    begun = any(room.began_at == known.id for room in chat.rooms())
    if known.gone_at is not None or not (effect.amount or begun):
        return _GONE
    thread = chat.open_thread(LOCUM, known.id, effect.title)
    chat.put(thread.id, effect.text, action=effect.action)
    return _DONE


def _told(*, is_so: bool) -> Result:
    return _DONE if is_so else _NOT_DONE


def _look_for_deletion(post: Post) -> Result:
    if post.gone_at is None:
        return _NOT_DONE
    return _DONE if post.gone_by == LOCUM else _ALREADY_SO


def _look_at_standing(chat: Chat, workspace: str, effect: Effect) -> Result:
    held = chat.held(_account(chat, workspace, effect).id, _sanction(effect))
    if not alike(held.standing, effect.standing):
        return _NOT_DONE
    return _DONE if held.by == effect.action else _ALREADY_SO


def _look_for_post(chat: Chat, effect: Effect) -> Result:
    post = chat.put_by(effect.action)
    if post is None or post.gone_at is not None or not _is_shown(post, effect):
        return _NOT_DONE
    return Result(answer=Answer.DONE, posted=post.id)


def _is_shown(post: Post, effect: Effect) -> bool:
    """Return whether a post shows what is asked for: that of a card may have been asked for in an older version."""
    if effect.kind is not ActionKind.CARD or effect.message is None or effect.card is None:
        return True
    return post.card is not None and post.card.version >= effect.card.version


def _post(chat: Chat, workspace: str, effect: Effect) -> Post:
    post = None if effect.message is None else find(chat, workspace, effect.message)
    if post is None:
        raise NotHereError
    return post


def _account(chat: Chat, workspace: str, effect: Effect) -> Account:
    ref = effect.account
    account = None if ref is None or ref.workspace != workspace else chat.account(ref.user)
    if account is None:
        raise NotHereError
    return account


def _room(chat: Chat, workspace: str, effect: Effect) -> Room:
    stream = effect.stream
    room = None if stream is None or stream.workspace != workspace else chat.room(stream.thread or stream.channel)
    if room is None:
        raise NotHereError
    return room


def _sanction(effect: Effect) -> OutcomeKind:
    if effect.sanction is None:
        raise NotHereError
    return effect.sanction
