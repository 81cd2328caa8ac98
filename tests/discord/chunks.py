"""Members of a guild as the gateway hands them out: by id, by the beginning of a name, or all in chunks."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.discord.guild import Guild
from tests.discord.intents import Intent
from tests.discord.sessions import Session, packed
from tests.discord.world import World

#: members of one event
CHUNK = 1000
#: members of an answer that isn't about all of them
MOST = 100


@dataclass(kw_only=True)
class Chunks:
    """What was asked for, and when."""

    #: where the members are
    world: World
    #: seconds between two requests for all members of one guild
    every: float = 30.0
    #: by guild: when all of its members were asked for, on the loop's clock
    _last: dict[str, float] = field(default_factory=dict)

    def answer(self, session: Session, data: Mapping[str, Any]) -> None:
        """Tell a session of the members that it asks for; of a guild that isn't the bot's, nothing."""
        guild = self.world.guilds.get(str(data.get("guild_id")))
        if guild is None or self.world.bot["id"] not in guild.members:
            return
        everybody = data.get("query") == "" and not data.get("limit") and "user_ids" not in data
        if everybody and not session.intents & Intent.GUILD_MEMBERS:
            return
        wait = self._wait(guild.id) if everybody else 0.0
        if wait > 0:
            meta = {"guild_id": guild.id} | _nonce(data)
            session.tell("RATE_LIMITED", packed({"opcode": 8, "retry_after": wait, "meta": meta}))
            return
        found, missing = _asked_for(guild, data)
        self._tell(session, guild, data, found, missing)

    def _wait(self, guild_id: str) -> float:
        """Return how many seconds too early a request for all members comes, and remember one that doesn't."""
        now = asyncio.get_running_loop().time()
        wait = self._last.get(guild_id, now - self.every) + self.every - now
        if wait <= 0:
            self._last[guild_id] = now
        return wait

    def _tell(
        self, session: Session, guild: Guild, data: Mapping[str, Any], found: Sequence[Any], missing: Sequence[str]
    ) -> None:
        pieces = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)] or [[]]
        for index, piece in enumerate(pieces):
            chunk: dict[str, Any] = {
                "guild_id": guild.id, "members": piece, "chunk_index": index, "chunk_count": len(pieces),
            } | _nonce(data)  # fmt: skip
            if missing:
                chunk["not_found"] = list(missing)
            if data.get("presences") and session.intents & Intent.GUILD_PRESENCES:
                chunk["presences"] = []
            session.tell("GUILD_MEMBERS_CHUNK", packed(chunk))


def _asked_for(guild: Guild, data: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[str]]:
    """Return the members, and the ids of those who aren't there."""
    wanted = data.get("user_ids")
    if wanted is not None:
        ids = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])][:MOST]
        missing = [one for one in ids if one not in guild.members]
        return [guild.members[one] for one in ids if one in guild.members], missing
    beginning = str(data.get("query", "")).casefold()
    if not beginning and not data.get("limit"):
        return list(guild.members.values()), []
    named = [one for one in guild.members.values() if _is_called(one, beginning)]
    return named[: min(MOST, int(data.get("limit") or MOST))], []


def _is_called(member: Mapping[str, Any], beginning: str) -> bool:
    names = (member["user"]["username"], member["user"].get("global_name"), member.get("nick"))
    return any(name is not None and name.casefold().startswith(beginning) for name in names)


def _nonce(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the nonce; one beyond 32 bytes is passed over."""
    nonce = data.get("nonce")
    return {"nonce": nonce} if isinstance(nonce, str) and len(nonce.encode()) <= 32 else {}
