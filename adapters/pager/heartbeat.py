"""The heartbeat: says to a dead man's switch that all is well; whoever watches it is called when it stays away."""

import ssl

from adapters.web import NoAnswerError, post, read_address
from bot.ports import OutsideError

#: bytes of an answer that are read; only its status says anything
_LARGEST = 64 * 1024


class HeartbeatError(OutsideError):
    """The heartbeat's receiver didn't take it."""


class Heartbeat:
    """Beats at one address, which may hold a secret and is never shown."""

    def __init__(
        self, url: str, *, seconds: float = 10.0, private: bool = False, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._address = read_address(url, private=private)
        self._seconds, self._trusted = seconds, trusted

    async def beat(self) -> None:
        """Say that all is well; raise HeartbeatError when nobody took it."""
        try:
            reply = await post(self._address, b"", {}, seconds=self._seconds, most=_LARGEST, trusted=self._trusted)
        except NoAnswerError as error:
            raise HeartbeatError(error.reason) from None
        if not 200 <= reply.status < 300:
            raise HeartbeatError(f"http_{reply.status}")
