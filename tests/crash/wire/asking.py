"""Asks a server in another process for something, and waits for what came of it."""

import json
from http.client import HTTPConnection
from typing import Any


def asked(host: str, on: str, do: str, *given: Any, **named: Any) -> Any:
    """Let something be done at `127.0.0.1:PORT`, and return what came of it; raise KeyError if it was refused."""
    connection = HTTPConnection(host, timeout=60)
    try:
        connection.request("POST", "/_hands", json.dumps({"on": on, "do": do, "with": given, "named": named}),
                           {"Content-Type": "application/json"})  # fmt: skip
        return json.loads(connection.getresponse().read())["result"]
    finally:
        connection.close()
