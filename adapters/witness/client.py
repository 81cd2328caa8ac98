"""Asks a witness for its cosignature."""

import ssl
from typing import NoReturn

from adapters.web import Address, NoAnswerError, Reply, post, read_address
from bot.ports import WitnessRefusedError, WitnessUnreachableError

#: bytes of an answer that are read
LARGEST = 64 * 1024

_REFUSED = frozenset({400, 403, 404, 422})
_LINE = "— "


class HttpWitness:
    """A witness behind an address; answers to the port `Witness`."""

    def __init__(
        self, url: str, *, seconds: float = 10.0, private: bool = False, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._address = _beneath(read_address(url, private=private))
        self._seconds = seconds
        self._trusted = trusted

    async def cosign(self, request: bytes) -> str:
        """Return the cosignature lines; nothing here was verified, for that is the ledger's to do.

        Raises WitnessRefusedError with the size that the witness knows, or WitnessUnreachableError, and nothing else.
        """
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            reply = await post(
                self._address, request, headers, seconds=self._seconds, most=LARGEST, trusted=self._trusted
            )
        except NoAnswerError as error:
            _unreachable(error.reason)
        return _lines(reply)


def _beneath(address: Address) -> Address:
    """Return where checkpoints go, under the witness's own address."""
    path = address.path.rstrip("/") + "/add-checkpoint"
    return Address(host=address.host, port=address.port, path=path, secure=address.secure, private=address.private)


def _lines(reply: Reply) -> str:
    if reply.status == 409:
        raise WitnessRefusedError(409, _size(reply))
    if reply.status in _REFUSED:
        raise WitnessRefusedError(reply.status, None)
    if reply.status != 200:
        _unreachable(f"http_{reply.status}")
    try:
        text = reply.body.decode()
    except UnicodeDecodeError:
        _unreachable("not_a_witness")
    if not text.endswith("\n") or not all(line.startswith(_LINE) for line in text[:-1].split("\n")):
        _unreachable("not_a_witness")
    return text


def _size(reply: Reply) -> int | None:
    """Return the size that the witness wants the proof to start from; None where it says none."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    text = reply.body.decode("ascii", "replace").removesuffix("\n")
    if kind != "text/x.tlog.size" or not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    return int(text) if int(text) < 2**63 and str(int(text)) == text else None


def _unreachable(reason: str) -> NoReturn:
    """Raise what the port knows, with a short code: an address may hold a secret."""
    raise WitnessUnreachableError(f"The witness doesn't answer ({reason}): checkpoints stay unwitnessed until it does.")
