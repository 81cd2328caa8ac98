"""One-time codes with which somebody who was removed can still appeal."""

import hmac
from hashlib import sha256

from bot.ports import Keys
from bot.services.work import Work
from bot.store.appeals import AppealCode, offer

#: letters and digits that nobody mistakes for one another
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_GROUP = 4
#: what is easily typed for what a code can hold; its alphabet has none of them
_MEANT = str.maketrans("", "", "- \t\n–—.")


def appeal_code(keys: Keys, decision: str) -> str:
    """Return the code that a notice about a decision names, such as `K7Q2-MX4T-9RWA`.

    It is derived from a key outside the database, so that notices can be rendered when they are sent and nothing
    stored is a code.
    """
    mac = hmac.digest(keys.digests().value, b"appeal code\0" + decision.encode(), "sha256")
    number, letters = int.from_bytes(mac, "big"), []
    for _ in range(_LENGTH):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "-".join("".join(letters[first : first + _GROUP]) for first in range(0, _LENGTH, _GROUP))


def digest_of(code: str) -> str:
    """Return what is stored of a code, however it was typed: small letters, other dashes or none are the same code."""
    return sha256(code.translate(_MEANT).upper().encode()).hexdigest()


async def offer_code(work: Work, decision: str, account: str) -> None:
    """Let a decision be appealed against with its code, once, for as long as the community allows."""
    until = work.now + work.governance.appealing.within
    code = AppealCode(
        digest=digest_of(appeal_code(work.keys, decision)), decision=decision, account=account, until=until
    )  # fmt: skip
    await offer(work.tx, work.community, code)
