"""Members that are remembered for a moment, on servers with more of them than are remembered."""

from collections.abc import Sequence
from typing import Any, cast

from adapters.discord.door import Door
from adapters.discord.members import Members

CROWD = [str(number) for number in range(1, 5_001)]
NEW = [str(number) for number in range(6_001, 6_101)]


class Gateway:
    """Tells of every member that is asked for: the only thing that is asked of the door here."""

    number = 7

    @property
    def client(self) -> "Gateway":
        return self

    async def ask_members(self, _server: int, users: Sequence[int]) -> list[Any]:
        return [{"user": {"id": str(user)}, "roles": []} for user in users]


async def test_who_is_forgotten_while_others_are_looked_up_is_answered_for_all_the_same() -> None:
    members = Members(door=cast("Door", Gateway()))
    await members.several(CROWD)
    found = await members.several([*CROWD[:50], *NEW])
    assert list(found) == [*CROWD[:50], *NEW]
    assert all(one is not None for one in found.values())
