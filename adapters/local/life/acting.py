"""Carries out what the script says, as anybody in the chat would: nothing here can do more than a member can."""

from dataclasses import dataclass, field
from datetime import datetime

from adapters.local.chat.types import Account, ChatError, HeldBackError, Room
from adapters.local.community import LocalCommunity
from adapters.local.life.act import Act, ActKind, Person
from adapters.local.life.people import members
from adapters.local.life.scenery import Scenery
from adapters.local.life.texts import Filling, source
from adapters.local.translate import channel_of, member_of, message_of
from bot.domain.command import Invocation, OptionValue
from bot.domain.message import Attachment
from bot.domain.outcome import OutcomeKind
from bot.errors import LocumError

#: posts that can be come back to
_REMEMBERED = 200
#: an account as young as this goes when it can't write; others wait
_YOUNG_DAYS = 7
_MEMBERS = frozenset(one.id for one in members())


@dataclass(kw_only=True, slots=True)
class Memory:
    """What was done so far, as far as later acts come back to it."""

    #: tells the first telling of a story from the second one in the same chat
    take: int = 1
    #: what a post is remembered under → its id in the chat
    posts: dict[str, str] = field(default_factory=dict)
    #: what a command is remembered under, of those that were carried out
    done: set[str] = field(default_factory=set)
    #: accounts that have said that they can't write
    complained: set[str] = field(default_factory=set)

    def remember(self, name: str, post: str) -> None:
        """Remember a post, and forget the oldest one beyond what fits."""
        if not name:
            return
        self.posts[name] = post
        while len(self.posts) > _REMEMBERED:
            del self.posts[next(iter(self.posts))]


async def carry_out(community: LocalCommunity, act: Act, memory: Memory, scenery: Scenery) -> None:
    """Do what an act says; whatever the chat or Locum refuses doesn't happen, as in life."""
    who = account_of(act.who, memory, scenery)
    try:
        if act.kind is ActKind.GIVE:
            await _give(community, act, who, memory, scenery)
        else:
            _do(community, act, who, memory)
    except HeldBackError as error:
        _held_back(community, who, error, memory, scenery)
    except LocumError:
        # a post that is gone, a room in slow mode, doors that are closed, a Locum that isn't listening: life goes on
        return


def account_of(who: str, memory: Memory, scenery: Scenery) -> str:
    """Return the account that somebody of the script has in this telling: who passes through comes as a new one."""
    known = memory.take == 1 or who in _MEMBERS or any(who == one.account for one in scenery.moderators)
    return who if known else f"{who}-{memory.take}"


def enrolled(person: Person, account: str, now: datetime) -> Account:
    """Return the account of a person who is there, or about to join."""
    return Account(
        id=account,
        name=person.name,
        created_at=now - person.account,
        joined_at=None if person.member is None else now - person.member,
        roles=person.roles,
        language=person.languages[0],
    )


def _do(community: LocalCommunity, act: Act, who: str, memory: Memory) -> None:
    chat, now = community.chat, community.backstage.now()
    target = memory.posts.get(act.to, "")
    match act.kind:
        case ActKind.ENROL if act.person is not None:
            if chat.account(who) is None:
                chat.enrol(enrolled(act.person, who, now))
        case ActKind.JOIN:
            chat.join(who, act.room)
        case ActKind.LEAVE:
            chat.leave(who)
        case ActKind.EDIT if target:
            chat.edit(who, target, act.text)
        case ActKind.REACT if target:
            chat.react(who, target, act.text)
        case ActKind.THREAD if target:
            chat.open_thread(who, target, act.text)
        case ActKind.SAY:
            _say(community, act, who, memory)


def _say(community: LocalCommunity, act: Act, who: str, memory: Memory) -> None:
    chat, room = community.chat, act.room
    begins = memory.posts.get(act.within, "")
    if begins and (thread := _thread(community, begins)) is not None:
        room = thread.id
    answered = memory.posts.get(act.to, "")
    post = chat.post(answered) if answered else None
    # who answers what is gone, or stands elsewhere, just says it
    stands = post is not None and post.gone_at is None and post.room == room
    files = [Attachment(id=f"{act.name}/{name}", name=name, media_type=_media_type(name)) for name in act.files]
    said = chat.say(who, room, act.text, reply_to=answered if stands else "", attachments=files)
    memory.remember(act.name, said.id)
    memory.complained.discard(who)


def _thread(community: LocalCommunity, begins: str) -> Room | None:
    return next((room for room in community.chat.rooms() if room.began_at == begins), None)


def _media_type(name: str) -> str | None:
    return {"jpg": "image/jpeg", "png": "image/png"}.get(name.rpartition(".")[2])


async def _give(community: LocalCommunity, act: Act, who: str, memory: Memory, scenery: Scenery) -> None:
    if act.only_after and act.only_after not in memory.done:
        return
    account, room = community.chat.account(who), community.chat.room(act.room)
    if account is None or room is None:
        return
    options: dict[str, OptionValue] = {}
    for name, value in act.options:
        meant = _value(community, value, memory, scenery)
        if meant is None:
            return
        options[name] = meant
    reply = await community.give(
        Invocation(
            community=community.name,
            # a restart in between gives the same command, which is then done once
            id=f"life-{memory.take}-{act.name}",
            account=community.account_ref(who),
            command=act.text,
            options=options,
            channel=channel_of(community.name, room),
            connection=community.connection,
            language=account.language,
        )
    )
    if reply.done:
        memory.done.add(act.name)


def _value(community: LocalCommunity, value: str, memory: Memory, scenery: Scenery) -> OptionValue | None:
    """Return what an option stands for; None for what isn't there any more."""
    chat = community.chat
    if value.startswith("@"):
        account = chat.account(account_of(value[1:], memory, scenery))
        return None if account is None else member_of(community.name, account)
    if not value.startswith("^"):
        return value
    post = chat.post(memory.posts.get(value[1:], ""))
    room = None if post is None or post.gone_at is not None else chat.room(post.room)
    author = None if post is None else chat.account(post.author)
    if post is None or room is None or author is None:
        return None
    return message_of(community.name, room, post, author)


def _held_back(
    community: LocalCommunity, who: str, error: HeldBackError, memory: Memory, scenery: Scenery
) -> None:  # fmt: skip
    """Let somebody who can't write say so where they still can, or go where they have hardly been."""
    account = community.chat.account(who)
    if account is None or who in memory.complained:
        return
    memory.complained.add(who)
    young = (community.backstage.now() - account.created_at).days < _YOUNG_DAYS
    try:
        if error.sanction is OutcomeKind.QUARANTINE:
            filling = Filling(source(who), account.language if account.language in ("en", "de") else "en")
            community.chat.say(who, scenery.room("help", account.language), filling.fill("{complaint}"))
        elif young and account.joined_at is not None:
            community.chat.leave(who)
    except ChatError:
        # not there either
        return
