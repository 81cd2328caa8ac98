"""One community in the local chat, with everything that its page, its life and its tour work with."""

from dataclasses import dataclass, field

from adapters.local.backstage import Backstage
from adapters.local.chat.chat import Chat
from adapters.local.translate import account_ref, message_ref
from bot.domain.command import Invocation, Reply
from bot.domain.message import AccountRef, MessageRef, PlatformName
from bot.domain.place import Connection
from bot.errors import LocumError
from bot.ports import Feed


class NotConnectedError(LocumError):
    """Locum isn't listening yet, or no longer: try again in a moment."""


@dataclass(kw_only=True, slots=True)
class LocalCommunity:
    """A chat, and the Locum that moderates it."""

    #: what people write and see
    chat: Chat
    #: what can be seen of Locum
    backstage: Backstage
    #: what arrives in Locum; None while nobody listens
    feed: Feed | None = field(default=None)

    @property
    def name(self) -> str:
        """The community's name in the policies; it is the workspace of its connection."""
        return self.backstage.community

    @property
    def connection(self) -> Connection:
        """The one connection through which Locum reaches it."""
        return Connection(platform=PlatformName.LOCAL, workspace=self.name)

    def account_ref(self, account: str) -> AccountRef:
        """Return an account as the core names it."""
        return account_ref(self.name, account)

    def message_ref(self, room: str, post: str) -> MessageRef:
        """Return a post as the core names it: in a thread, too, by the channel that the thread hangs under."""
        known = self.chat.room(room)
        if known is not None:
            return message_ref(self.name, known, post)
        return MessageRef(platform=PlatformName.LOCAL, workspace=self.name, channel=room, message=post)

    async def give(self, invocation: Invocation) -> Reply:
        """Hand a command, a press or a form to Locum; raise NotConnectedError, or what says that it can't answer."""
        if self.feed is None:
            raise NotConnectedError
        return await self.feed.give(invocation)
