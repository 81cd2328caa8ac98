"""The files of a message: asked for at addresses that are fresh, of Discord's own, and read no further than allowed."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
from discord.http import Route
from yarl import URL

from adapters.discord.calls import read
from adapters.discord.door import Door
from adapters.discord.translate import Json
from bot.domain.evidence import Missing

#: where Discord keeps files; nothing is asked of any other address, whatever a message says
_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
#: seconds for all files of a message
_PATIENCE = 6.0
#: bytes that are read at once
_PIECE = 64 * 1024
_OK, _NOT_ALLOWED, _GONE = 200, frozenset({401, 403}), frozenset({404, 410})


async def fetch(door: Door, address: str, message: str, wanted: Mapping[str, int]) -> dict[str, bytes | Missing]:
    """Return the bytes of a message's files by their ids, or why they can't be had.

    The message is read anew: an address that it had before may have ended. Raises PlatformUnavailableError,
    ConnectionRevokedError.
    """
    if not message.isdecimal():
        return {}
    data: Any = await read(door.http.get_message(int(address), int(message)))
    if data is None:
        return {}
    found = dict(_addresses(data))
    there = {name: found[name] for name in wanted if name in found}
    timeout = aiohttp.ClientTimeout(total=_PATIENCE)
    # a session of its own: the token is for the API alone
    async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as session:
        read_all = await asyncio.gather(*(_file(session, there[name], wanted[name]) for name in there))
    return dict(zip(there, read_all, strict=True))


def _addresses(data: Json) -> Iterator[tuple[str, str]]:
    """Yield where each file of a message is, what it forwards included; of a sticker there is a name alone."""
    forwarded = (one.get("message") or {} for one in data.get("message_snapshots") or ())
    for source in (data, *forwarded):
        for one in source.get("attachments") or ():
            yield str(one["id"]), str(one.get("url") or "")
        for one in source.get("sticker_items") or ():
            yield str(one["id"]), ""


def is_own(address: URL) -> bool:
    """Return whether an address is one of Discord's for files, or stands where the API itself was said to be."""
    said = URL(Route.BASE)
    if (address.scheme, address.host, address.port) == (said.scheme, said.host, said.port):
        return True
    return address.scheme == "https" and address.host in _HOSTS and address.port == 443


async def _file(session: aiohttp.ClientSession, address: str, most: int) -> bytes | Missing:
    if not address:
        return Missing.NAMES_ONLY
    try:
        url = URL(address, encoded=True)
        if not is_own(url):
            return Missing.STRANGE_ADDRESS
        # whoever is sent on would leave Discord's own addresses
        async with session.get(url, allow_redirects=False) as response:
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
