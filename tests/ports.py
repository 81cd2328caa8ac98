"""Ports for programs that are started in a moment: no other process is given one of them meanwhile."""

import secrets
import socket

#: below those that systems give to whoever connects somewhere, of which there are hundreds a minute
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Return a port at which nobody answers.

    Chance picks it, and not one that a seed rules: tests that run beside each other would pick the same.
    """
    while True:
        port = secrets.choice(_PORTS)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
