"""Writes into a chat until it is killed: says on its standard output what the chat said was stored."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account


def write(file: Path, name: str) -> None:
    """Join, post, edit and remove without an end."""
    chat = Chat(file, lambda: datetime.now(UTC))
    now = chat.now()
    chat.enrol(Account(id=name, name=name, created_at=now))
    chat.make_room("help")
    chat.join(name, "help")
    number = 0
    while True:
        number += 1
        post = chat.say(name, "help", f"{name} {number} " + "x" * (number % 1_500))
        print("posted", post.id, len(post.text), flush=True)  # noqa: T201 - it is read by the test
        if number % 3 == 0:
            chat.edit(name, post.id, f"{name} {number} edited")
            print("edited", post.id, 0, flush=True)  # noqa: T201 - likewise
        if number % 5 == 0:
            chat.remove(name, post.id)
            print("removed", post.id, 0, flush=True)  # noqa: T201 - likewise


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
