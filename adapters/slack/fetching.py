"""The files of a message: asked for at Slack's own addresses alone, with the bot's token, no further than allowed."""

import asyncio
from collections.abc import Mapping

import aiohttp
from yarl import URL

from adapters.slack.calls import CallError, Json
from adapters.slack.door import Door
from adapters.slack.reading import Reading, lost
from bot.domain.evidence import Missing
from bot.domain.place import Stream
from bot.ports import PlatformUnavailableError

#: where Slack keeps files; nothing is asked of any other address, and the token goes to none
_HOSTS = frozenset({"files.slack.com", "files-origin.slack.com"})
#: seconds for all files of a message
_PATIENCE = 6.0
#: bytes that are read at once
_PIECE = 64 * 1024
#: whoever isn't let in is sent on to a page to sign in
_OK, _NOT_ALLOWED, _GONE = 200, frozenset({301, 302, 303, 307, 401, 403}), frozenset({404, 410})
#: files that are elsewhere, and of which Slack holds a link
_EXTERNAL = "external"


async def fetch(
    door: Door, reading: Reading, stream: Stream, message: str, wanted: Mapping[str, int]
) -> dict[str, bytes | Missing]:
    """Return the bytes of a message's files by their ids, or why they can't be had; the message is read anew.

    Raises PlatformUnavailableError, ConnectionRevokedError.
    """
    try:
        said = await reading.one(stream, message, now=True)
    except CallError as error:
        reason = lost(error.result)
        if isinstance(reason, PlatformUnavailableError):
            raise reason from None
        return {}
    there = {name: one for name, one in files_of(said or {}).items() if name in wanted}
    timeout = aiohttp.ClientTimeout(total=_PATIENCE)
    async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as web:
        read = await asyncio.gather(*(_file(door, web, one, wanted[name]) for name, one in there.items()))
    return dict(zip(there, read, strict=True))


def files_of(message: Json) -> dict[str, Json]:
    """Return a message's files by their ids, those of a message that it shares included."""
    shared = (one for one in message.get("attachments") or () if isinstance(one, dict))
    found = [one for part in (message, *shared) for one in part.get("files") or () if isinstance(one, dict)]
    return {str(one["id"]): one for one in found if one.get("id")}


def is_own(door: Door, address: URL) -> bool:
    """Return whether an address is one of Slack's for files, or stands where the API itself was said to be."""
    said = URL(door.access.api)
    if door.access.api and (address.scheme, address.host, address.port) == (said.scheme, said.host, said.port):
        return True
    return address.scheme == "https" and address.host in _HOSTS and address.port == 443


async def _file(door: Door, web: aiohttp.ClientSession, said: Json, most: int) -> bytes | Missing:
    address = str(said.get("url_private_download") or said.get("url_private") or "")
    if said.get("mode") in ("tombstone", "hidden_by_limit"):
        return Missing.GONE
    if not address or said.get("mode") == _EXTERNAL or said.get("is_external"):
        return Missing.NAMES_ONLY
    try:
        url = URL(address, encoded=True)
        if not is_own(door, url):
            return Missing.STRANGE_ADDRESS
        headers = {"Authorization": f"Bearer {door.access.bot}"}
        # whoever is sent on would take the token along
        async with web.get(url, headers=headers, allow_redirects=False) as response:
            return await _body(response, most)
    except ValueError:
        return Missing.STRANGE_ADDRESS
    except (TimeoutError, aiohttp.ClientError, OSError):
        return Missing.NO_ANSWER


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes | Missing:
    if response.status != _OK:
        gone, closed = response.status in _GONE, response.status in _NOT_ALLOWED
        return Missing.GONE if gone else Missing.FORBIDDEN if closed else Missing.NO_ANSWER
    found = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        found += piece
        if len(found) > most:
            return Missing.TOO_LARGE
    return bytes(found)
