"""The community that comes with the program shows prevention: some of its rules Discord itself can hold."""

from pathlib import Path

from adapters.discord.prevention.compile import Ground, compile_natives
from adapters.discord.prevention.native import MOST, Trigger
from bot.domain.message import Channel, PlatformName
from bot.policy.load import load_policies

POLICIES = Path(__file__).parents[4] / "policies"


def test_discord_holds_the_plain_rules_of_the_example_and_leaves_staff_alone() -> None:
    policies = load_policies(POLICIES, "harbour", live=True).policies
    assert policies is not None
    channels = tuple(
        Channel(platform=PlatformName.DISCORD, workspace="1", id=place.discord, name=place.name)
        for place in policies.places if place.discord is not None
    )  # fmt: skip
    ground = Ground(channels=channels, roles={id_: name for name, id_ in policies.discord_roles.items()})
    compiled = compile_natives(policies, ground, MOST)
    assert {native.trigger for native in compiled.natives} == {Trigger.KEYWORD, Trigger.MENTION_SPAM}
    assert not compiled.left_out
    (leads,) = [one.id for one in channels if one.name == "leads"]
    for native in compiled.natives:
        assert native.channels == {leads}
        assert policies.discord_roles["staff"] in native.roles
