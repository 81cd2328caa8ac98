"""Messages that stand in an input twice, as they do where two exports overlap."""

from bot.domain.message import Message

#: messages that are surely remembered; at most twice as many are
REMEMBERED = 200_000


class Repeats:
    """Remembers the latest messages by what tells them apart."""

    __slots__ = ("_old", "_young")

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._young: set[int] = set()
        self._old: set[int] = set()

    def seen(self, message: Message) -> bool:
        """Return whether the same message was here before, and remember it; an edited one is another.

        Hashes of 64 bits are kept, for the references of so many messages would take ten times the memory.
        """
        ref = message.ref
        mark = hash((ref.platform, ref.workspace, ref.channel, ref.message, message.edited_at, message.text))
        if mark in self._young or mark in self._old:
            return True
        if len(self._young) >= REMEMBERED:
            self._old, self._young = self._young, set()
        self._young.add(mark)
        return False
