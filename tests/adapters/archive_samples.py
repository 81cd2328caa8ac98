"""Small exports that tests build for themselves."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.archive import open_archive
from bot.domain.message import Message
from bot.domain.reading import Skipped

USERS = [
    {
        "id": "U1",
        "team_id": "T0A",
        "name": "ada",
        "real_name": "Ada L.",
        "is_bot": False,
        "profile": {"display_name": "Countess", "real_name": "Ada L."},
    },
    {"id": "U2", "team_id": "T0A", "name": "grace", "profile": {"display_name": ""}},
    {"id": "U3", "team_id": "T0B", "name": "robo", "is_bot": True, "profile": {}},
]
CHANNELS = [{"id": "C1", "name": "help"}, {"id": "C2", "name": "gaming"}]


def read(path: Path) -> tuple[list[Message], list[Skipped]]:
    """Return what an export holds, and what of it could not be read."""
    messages: list[Message] = []
    skipped: list[Skipped] = []
    for item in open_archive(path).messages():
        if isinstance(item, Message):
            messages.append(item)
        else:
            skipped.append(item)
    return messages, skipped


def post(number: int, **fields: Any) -> dict[str, Any]:
    """Return one message as DiscordChatExporter writes it, `number` seconds into the year."""
    return {
        "id": str(1_100_000_000_000_000_000 + number),
        "type": "Default",
        "timestamp": f"2024-01-01T00:{number // 60:02}:{number % 60:02}+00:00",
        "timestampEdited": None,
        "isPinned": False,
        "content": f"message {number}",
        "author": {
            "id": "80351110224678912",
            "name": "nelly",
            "nickname": "Nelly",
            "isBot": False,
            "roles": [{"id": "5001", "name": "staff", "color": "#ff0000", "position": 1}],
        },
        "attachments": [],
        "embeds": [],
        "mentions": [],
    } | fields


def discord_export(*posts: dict[str, Any], channel: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return one file of DiscordChatExporter."""
    place = {"id": "4101", "type": "GuildTextChat", "categoryId": "4200", "category": "Talk", "name": "help"}
    return {
        "guild": {"id": "77", "name": "Acme"},
        "channel": channel or place,
        "dateRange": {"after": None, "before": None},
        "messages": list(posts),
        "messageCount": len(posts),
    }


def write_json(path: Path, value: object) -> Path:
    """Write JSON as the exporters do, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
    return path


def write_zip(path: Path, files: Mapping[str, object], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip of JSON files, and return its path."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, value in files.items():
            archive.writestr(name, value if isinstance(value, str | bytes) else json.dumps(value, indent=4))
    return path


def slack_files(days: Mapping[str, list[dict[str, Any]]]) -> dict[str, object]:
    """Return the files of a Slack export with these days, by `channel/date`."""
    return {"users.json": USERS, "channels.json": CHANNELS} | {f"{day}.json": said for day, said in days.items()}


def said(stamp: str, /, **fields: Any) -> dict[str, Any]:
    """Return one message as Slack exports it."""
    return {"type": "message", "user": "U1", "text": f"at {stamp}", "ts": stamp} | fields
