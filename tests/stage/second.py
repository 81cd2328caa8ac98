"""A second connection of the community on stage, on another platform: members write there, and are acted upon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection
from bot.services.performing import Performer, through_platform
from bot.store.leases import take
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World
from tests.stage.stage import Stage


@dataclass(kw_only=True)
class Second:
    """Another server or workspace of the same community."""

    stage: Stage
    world: World
    platform: FakePlatform
    #: ids of channels by name
    channels: Mapping[str, str]
    #: messages so far
    written: int = 0

    def ref(self, user: str) -> AccountRef:
        """Return an account there."""
        here = self.platform.connection
        return AccountRef(platform=here.platform, workspace=here.workspace, user=user)

    async def say(self, text: str, *, user: str, where: str = "help") -> str:
        """Let a member write there, and return the message's id once it is judged, stored and acted upon."""
        here, channel = self.platform.connection, self.channels[where]
        self.written += 1
        message = Message(
            ref=MessageRef(
                platform=here.platform, workspace=here.workspace, channel=channel, message=f"s{self.written}"
            ),
            author=Member(key=user, account=self.ref(user), names=(user,)),
            channel=Channel(platform=here.platform, workspace=here.workspace, id=channel),
            at=self.stage.clock.now(),
            text=text,
        )
        self.world.join(self.ref(user))
        self.world.post(message)
        self.stage.intake.offer(message)
        await self.stage.settle()
        await self.perform()
        return message.ref.message

    async def is_held(self, user: str, sanction: OutcomeKind) -> bool:
        """Return whether a sanction of a member is in effect there."""
        return self.world.standing(self.ref(user), sanction).held

    def notices(self, user: str) -> list[str]:
        """Return what a member was told there."""
        return [one.text for one in self.world.notices.values() if one.account == self.ref(user)]

    @property
    def messages(self) -> Mapping[str, Sequence[str]]:
        """What members wrote there and what still stands, by channel."""
        return {stream.channel: [one.text for one in held.values()] for stream, held in self.world.messages.items()}

    async def close(self) -> None:
        """Leave nothing: there is no server."""

    async def perform(self) -> None:
        """Do what was planned for members there."""
        performer = Performer(
            self.stage.needs(self.platform.connection.name), through_platform(self.platform),
            community=self.stage.policies.community,
        )  # fmt: skip
        while await performer.perform_due():
            pass


async def open_second(stage: Stage, connection: Connection, channels: Mapping[str, str]) -> Second:
    """Return a second connection that is live."""
    async with stage.store.writing() as tx:
        lease = await take(tx, f"connection:{connection.name}", "one", 10**7)
    assert lease is not None
    stage.leases = {**stage.leases, connection.name: lease}
    stage.intake.resumed(connection, stage.clock.now())
    world = World(now=stage.clock.now)
    platform = FakePlatform(world=world, connection=connection)
    return Second(stage=stage, world=world, platform=platform, channels=channels)
