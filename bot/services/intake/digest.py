"""The keyed digest of a message's content: another one is another revision, and nobody can guess what it stands for."""

import json
from collections.abc import Callable
from hashlib import blake2b

from bot.domain.message import Message
from bot.ports import Keys

_BYTES = 16


def digester(keys: Keys) -> Callable[[Message], bytes]:
    """Return what digests a message's content: its text and its files, and nothing that changes by itself."""
    keyed = blake2b(key=keys.digests().value[:64], digest_size=_BYTES)

    def digest(message: Message) -> bytes:
        made = keyed.copy()
        if message.attachments:
            files = [(file.id, file.name) for file in message.attachments]
            made.update(json.dumps(files).encode())
            made.update(b"\0")
        made.update(message.text.encode("utf-8", "surrogatepass"))
        return made.digest()

    return digest
