"""A chat of our own calls everything as the policies do, so that any policies can be rehearsed as they are."""

from bot.domain.message import AccountRef, Channel, PlatformName
from bot.domain.place import Connection
from bot.services.showing.hanging import leads_stream
from tests.stage.policies import policies_of

LOCAL = Connection(platform=PlatformName.LOCAL, workspace="acme")


def _channel(name: str) -> Channel:
    return Channel(platform=PlatformName.LOCAL, workspace="acme", id=name)


def test_a_channel_has_its_own_name() -> None:
    policies = policies_of()
    assert policies.plan(_channel("help")).channel == "help"
    assert policies.plan(_channel("4101")).channel is None


def test_cards_hang_in_the_channel_named_leads() -> None:
    found = leads_stream(policies_of(), LOCAL)
    assert found is not None
    assert found.channel == "leads"


def test_a_person_is_known_by_their_id_and_by_no_id_of_another_platform() -> None:
    roster = policies_of().governance.roster
    (robin,) = roster.with_account(AccountRef(platform=PlatformName.LOCAL, workspace="acme", user="robin"))
    assert robin.id == "robin"
    other = robin.accounts[PlatformName.DISCORD][1]
    assert roster.with_account(AccountRef(platform=PlatformName.LOCAL, workspace="acme", user=other)) == ()


def test_an_id_of_the_policies_is_nobody_on_another_platform() -> None:
    roster = policies_of().governance.roster
    assert roster.with_account(AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="robin")) == ()
