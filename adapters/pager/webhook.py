"""Pages by webhook: signed, and safe to be sent again."""

import hmac
import json
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import quote

from adapters.pager.visible import visible
from adapters.web import NoAnswerError, Reply, post, read_address
from bot.domain.action import Answer, Result
from bot.ports import Clock

#: bytes of an answer that are read; nothing in it matters but its head
LARGEST = 64 * 1024
#: seconds until the next attempt where the other side says none
AFTER = 30.0
_LONGEST = 3600.0

#: the receiver, or what stands before it, is busy
_BUSY = frozenset({408, 425, 429})


class WebhookPager:
    """Sends pages to one address; answers to the port `Pager`. The secret signs and is never sent."""

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        clock: Clock,
        seconds: float = 10.0,
        private: bool = False,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        if not secret:
            raise ValueError("a webhook's secret can't be empty")
        self._address = read_address(url, private=private)
        self._secret = secret
        self._clock = clock
        self._seconds = seconds
        self._trusted = trusted

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        """Send a page, and return what became of it. The receiver knows a second one by its key."""
        at = self._clock.now().astimezone(UTC)
        body = json.dumps({"text": visible(text), "key": visible(key), "at": at.isoformat()}).encode()
        stamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": quote(visible(key), safe=":"),
            "Locum-Timestamp": stamp,
            "Locum-Signature": "v1=" + signature(self._secret, stamp, body),
        }
        try:
            reply = await post(self._address, body, headers, seconds=self._seconds, most=LARGEST, trusted=self._trusted)
        except NoAnswerError as error:
            return _unanswered(error)
        return _result(reply, at)


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """Return what a receiver computes as well: HMAC-SHA-256 over time, full stop and body, in hexadecimal."""
    return hmac.new(secret, stamp.encode() + b"." + body, sha256).hexdigest()


def _unanswered(error: NoAnswerError) -> Result:
    if error.sent:
        return Result(answer=Answer.UNKNOWN, reason=error.reason)
    if error.reason == "private":
        return Result(answer=Answer.FORBIDDEN, reason=error.reason)
    return Result(answer=Answer.RETRY_AFTER, after=AFTER, reason=error.reason)


def _result(reply: Reply, now: datetime) -> Result:
    if 200 <= reply.status < 300:
        return Result(answer=Answer.DONE)
    reason = f"http_{reply.status}"
    # the key makes a second page the same page, so an error after the receiver acted may be asked again
    if reply.status in _BUSY or reply.status >= 500:
        return Result(answer=Answer.RETRY_AFTER, after=_after(reply, now), reason=reason)
    return Result(answer=Answer.FORBIDDEN, reason=reason)


def _after(reply: Reply, now: datetime) -> float:
    """Return the seconds that the receiver asks to wait, within reason."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(max(float(text[:9]), 1.0), _LONGEST)
    try:
        then = parsedate_to_datetime(text)
        seconds = (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return AFTER
    return min(max(seconds, 1.0), _LONGEST)
