"""Writes made-up chat as the exports that a replay reads: DiscordChatExporter, Slack, JSON lines."""

import json
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from benchmarks.chat import CHANNELS, MEMBERS, START, Said, chat, user_id
from benchmarks.vocabulary import terms

_SLACK_USER = "U0{:07}"
_SEED = 11


def write_export(kind: str, target: str, messages: int, listed: int) -> None:
    """Write so many messages; one in a hundred holds one of the first `listed` terms."""
    said = chat(messages, seed=_SEED, listed=terms(listed))
    {"discord": _write_discord, "slack": _write_slack, "lines": _write_lines}[kind](Path(target), said)


def _write_lines(target: Path, said: Iterable[Said]) -> None:
    with target.open("w", encoding="utf-8") as file:
        for one in said:
            file.write(json.dumps(_line(one), ensure_ascii=False) + "\n")


def _line(one: Said) -> dict[str, object]:
    line: dict[str, object] = {
        "id": str(one.number),
        "at": one.at.isoformat(),
        "channel": f"channel-{one.channel}",
        "author": user_id(one.member),
        "author_name": f"member {one.member}",
        "text": one.text,
        "platform": "discord",
    }
    if one.answers is not None:
        line["reply_to"] = str(one.answers)
    if one.file is not None:
        line["attachments"] = [one.file]
    return line


def _write_discord(target: Path, said: Iterable[Said]) -> None:
    """Write a folder with one file a channel, each indented as the exporter does it."""
    target.mkdir()
    files = [(target / f"channel-{channel}.json").open("w", encoding="utf-8") for channel in range(CHANNELS)]
    begun = [False] * CHANNELS
    for channel, file in enumerate(files):
        head = {
            "guild": {"id": "1", "name": "Made up", "iconUrl": ""},
            "channel": {"id": str(100 + channel), "type": "GuildTextChat", "name": f"channel-{channel}"},
            "exportedAt": START.isoformat(),
        }
        file.write(json.dumps(head, indent=2)[:-2] + ',\n  "messages": [')
    for one in said:
        body = json.dumps(_discord_entry(one), indent=2, ensure_ascii=False)
        files[one.channel].write("," if begun[one.channel] else "")
        files[one.channel].write("\n    " + body.replace("\n", "\n    "))
        begun[one.channel] = True
    for file in files:
        file.write("\n  ]\n}\n")
        file.close()


def _discord_person(member: int) -> dict[str, object]:
    return {
        "id": user_id(member),
        "name": f"member{member}",
        "discriminator": "0000",
        "nickname": f"member {member}",
        "color": "#3498DB",
        "isBot": False,
        "roles": [{"id": "501", "name": "regular", "color": "#3498DB", "position": 3}],
        "avatarUrl": f"https://cdn.example/avatars/{user_id(member)}/0.png?size=512",
    }


def _discord_entry(one: Said) -> dict[str, object]:
    file = {"id": f"9{one.number}", "url": "https://cdn.example/a", "fileName": one.file, "fileSizeBytes": 48_123}
    entry: dict[str, object] = {
        "id": str(10**18 + one.number),
        "type": "Default" if one.answers is None else "Reply",
        "timestamp": one.at.isoformat(),
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": one.text,
        "author": _discord_person(one.member),
        "attachments": [file] if one.file else [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [] if one.mentioned is None else [_discord_person(one.mentioned)],
        "inlineEmojis": [],
    }
    if one.answers is not None:
        entry["reference"] = {"messageId": str(10**18 + one.answers), "channelId": str(100 + one.channel)}
    return entry


def _write_slack(target: Path, said: Iterable[Said]) -> None:
    """Write a zip with one file a channel and day."""
    days: dict[tuple[int, str], list[dict[str, object]]] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        users = [
            {
                "id": _SLACK_USER.format(number),
                "team_id": "T0A",
                "name": f"member{number}",
                "profile": {"display_name": f"member {number}"},
            }
            for number in range(MEMBERS)
        ]
        channels = [{"id": f"C{number:08}", "name": f"channel-{number}"} for number in range(CHANNELS)]
        archive.writestr("users.json", json.dumps(users))
        archive.writestr("channels.json", json.dumps(channels))
        # days are half an hour here, so that as few messages as in real life share a file
        for _, together in groupby(said, key=lambda one: (one.at - START) // timedelta(minutes=30)):
            for one in together:
                day = (START + (one.at - START) // timedelta(minutes=30) * timedelta(days=1)).date().isoformat()
                days.setdefault((one.channel, day), []).append(_slack_entry(one))
            for (channel, day), entries in days.items():
                archive.writestr(f"channel-{channel}/{day}.json", json.dumps(entries, indent=4))
            days.clear()


def _slack_entry(one: Said) -> dict[str, object]:
    day, moment = divmod((one.at - START).total_seconds(), 1800)
    at = START.timestamp() + day * 86_400 + moment
    user = _SLACK_USER.format(one.member)
    text = one.text
    if one.mentioned is not None:
        text = text.replace(f"<@{user_id(one.mentioned)}>", f"<@{_SLACK_USER.format(one.mentioned)}>")
    text = text.replace("&", "&amp;")
    entry: dict[str, object] = {
        "type": "message",
        "user": user,
        "text": text,
        "ts": f"{at:.4f}{one.number % 100:02}",
        "team": "T0A",
        "client_msg_id": f"{one.number:032x}",
        "user_team": "T0A",
        "user_profile": {"display_name": f"member {one.member}", "real_name": f"Member {one.member}", "team": "T0A"},
        "blocks": [
            {
                "type": "rich_text",
                "block_id": f"b{one.number}",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
            }
        ],
    }
    if one.file is not None:
        entry["files"] = [{"id": f"F{one.number}", "name": one.file, "mimetype": "image/png", "size": 48_123}]
    return entry
