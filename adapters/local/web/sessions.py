"""Sessions: what says that a form comes from our own page, and that somebody knew the password.

A session is a random value in a cookie; nothing is kept here. What goes with it is a keyed digest, and the key lasts as
long as the program runs.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

_FORM = re.compile(r"[A-Za-z0-9_-]{43}(\.[0-9a-f]{64})?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions:
    """How sessions are made and known again."""

    #: name of the cookie; it has the port in it, for browsers share cookies among the ports of a host
    cookie: str
    #: what must be known to come in; empty where anybody may
    password: str = field(default="", repr=False)
    #: lasts as long as the program runs
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def fresh(self) -> str:
        """Return a new session."""
        return secrets.token_urlsafe(32)

    def admitted(self) -> str:
        """Return a new session of somebody who knew the password."""
        session = self.fresh()
        return f"{session}.{self._digest('in', session)}"

    def known(self, session: str) -> bool:
        """Return whether a session could be ours by its form."""
        return _FORM.fullmatch(session) is not None

    def is_in(self, session: str) -> bool:
        """Return whether somebody may come in with a session."""
        name, _, mark = session.partition(".")
        return not self.password or hmac.compare_digest(mark, self._digest("in", name))

    def token(self, session: str) -> str:
        """Return what a form of that session carries."""
        return self._digest("form", session)

    def fits(self, session: str, token: str) -> bool:
        """Return whether a form that carries the token is of that session."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token(session).encode())

    def opens(self, given: str) -> bool:
        """Return whether that is the password, in a time that tells nothing about it."""
        digests = (hmac.digest(self.secret, one.encode("utf-8", "replace"), sha256) for one in (given, self.password))
        return bool(self.password) and hmac.compare_digest(*digests)

    def _digest(self, purpose: str, value: str) -> str:
        return hmac.new(self.secret, f"{purpose}:{value}".encode(), sha256).hexdigest()
