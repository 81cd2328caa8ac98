"""Delivery by HTTP: requests that Slack signs, to the address that an app gave."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from tests.slack.envelopes import COMMAND, EVENT, INTERACTIVE, Ack, Envelope, NotTakenError

FORM = "application/x-www-form-urlencoded"


def signature(secret: str, at: str, body: str) -> str:
    """Return Slack's signature of a request."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One request to an app."""

    #: where
    url: str
    #: its headers
    headers: Mapping[str, str]
    #: its body
    body: str
    #: the answer's status; 0 where none came
    status: int


@dataclass(kw_only=True)
class Http:
    """Sends to addresses of apps; what goes wrong is set on it."""

    #: seconds by which the time on requests is off, as when an old one is played again
    skew: float = 0.0
    #: whether requests are signed with a secret that nobody has
    forged: bool = False
    #: every request, in the order of the answers
    requests: list[Posted] = field(default_factory=list)
    _session: ClientSession | None = None

    async def send(self, url: str, secret: str, envelope: Envelope, *, patience: float) -> Ack:
        """Send an envelope and return the answer; raise `NotTakenError` unless it is a 2xx in time."""
        kind, body = _body(envelope)
        headers = self._signed(secret, body) | {"Content-Type": kind}
        if envelope.attempt is not None:
            headers |= {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason or ""}
        return await self._post(url, headers, body, patience)

    async def verify(self, url: str, secret: str) -> bool:
        """Return whether an address answers to Slack's challenge, as it must before it can be saved."""
        challenge = uuid4().hex
        body = json.dumps({"token": "loopback", "challenge": challenge, "type": "url_verification"})
        headers = self._signed(secret, body) | {"Content-Type": "application/json"}
        try:
            answered = await self._post(url, headers, body, 3.0)
        except NotTakenError:
            return False
        found = answered.payload
        return challenge == (found.get("challenge") if isinstance(found, dict) else found)

    async def close(self) -> None:
        """End what is open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _signed(self, secret: str, body: str) -> dict[str, str]:
        at = str(int(time.time() + self.skew))
        signed = signature("forged" if self.forged else secret, at, body)
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signed, "User-Agent": "Slackbot 1.0"}

    async def _post(self, url: str, headers: Mapping[str, str], body: str, patience: float) -> Ack:
        if self._session is None:
            self._session = ClientSession()
        status = 0
        try:
            async with self._session.post(
                url, data=body.encode(), headers=headers, timeout=ClientTimeout(total=patience), allow_redirects=False
            ) as response:
                status = response.status
                if not 200 <= status < 300:
                    raise NotTakenError("http_error", final=response.headers.get("X-Slack-No-Retry") == "1")
                return Ack(payload=await _content(response))
        except TimeoutError:
            raise NotTakenError("http_timeout") from None
        except (ClientError, OSError):
            raise NotTakenError("connection_failed") from None
        finally:
            self.requests.append(Posted(url=url, headers=headers, body=body, status=status))


def _body(envelope: Envelope) -> tuple[str, str]:
    """Return an envelope's content as it goes over HTTP, with its kind."""
    match envelope.kind:
        case kind if kind == COMMAND:
            return FORM, urlencode(envelope.payload)
        case kind if kind == INTERACTIVE:
            return FORM, urlencode({"payload": json.dumps(envelope.payload)})
        case kind if kind == EVENT:
            return "application/json", json.dumps(envelope.payload)
    raise AssertionError(envelope.kind)


async def _content(response: ClientResponse) -> Any:
    text = await response.text()
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
