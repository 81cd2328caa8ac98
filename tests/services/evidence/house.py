"""A community in which a message with a picture is to be deleted, and whoever copies and deletes."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.evidence import HOLDS_UP
from bot.domain.message import Attachment
from bot.ports import Keys
from bot.services.evidence.copier import Copier
from bot.services.evidence.wanting import want
from bot.services.performing import Needs, Performer, through_platform
from bot.store.actions import plan
from bot.store.copies import Copy
from bot.store.engine import Store
from bot.store.leases import take
from bot.store.messages import message_refs
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World
from tests.services.performing.house import COMMUNITY, QUICK, SERVER, House
from tests.stage.policies import policies_of

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(5_000)
_LEASED = 10.0**7


async def insulting(house: House) -> str:
    """Have a member post a picture that is to be copied and then deleted, and return the message."""
    (account,) = await house.members(1)
    user = f"u{len(house.world.members) - 1}"
    (message,) = await house.messages(account, user, 1)
    async with house.store.reading() as tx:
        ref = (await message_refs(tx, [message]))[message]
    posted = house.world.find(ref)
    assert posted is not None
    house.world.attach(f"f{message}", PICTURE)
    house.world.edit(replace(posted, attachments=(Attachment(id=f"f{message}", name="a.png"),)))
    until = house.clock.now() + HOLDS_UP
    deletion = replace(house.deletion(message, account), due_at=until)
    copy = Copy(
        message=message, connection=SERVER.name, account=account, files=1, around=True, until=until,
        actions=(deletion.id,),
    )  # fmt: skip
    async with house.store.writing() as tx:
        await want(tx, COMMUNITY, [copy])
        await plan(tx, [deletion], house.clock.now())
    return message


async def work_off(store: Store, keys: Keys, clock: FakeClock, world: World) -> None:
    """Copy what is to be copied, and do what is due."""
    platform = FakePlatform(world=world, connection=SERVER)
    policies = replace(policies_of(), community=COMMUNITY)
    async with store.writing() as tx:
        lease = await take(tx, f"connection:{SERVER.name}", "one", _LEASED)
    assert lease is not None
    needs = Needs(
        store=store, keys=keys, clock=clock, lease=lease, policies=lambda _: policies,
        limits=replace(QUICK, deadline=5.0), chance=lambda: 0.0,
    )  # fmt: skip
    copier, performer = Copier(needs, platform), Performer(needs, through_platform(platform), community=COMMUNITY)
    while await copier.copy_due():
        pass
    while await performer.perform_due():
        pass


async def finish(store: Store, keys: Keys, clock: FakeClock, world: World) -> None:
    """Do it until nothing is left to be done, however long that takes."""
    for _ in range(20):
        await work_off(store, keys, clock, world)
        clock.move(timedelta(seconds=30))
