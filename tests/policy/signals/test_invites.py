"""Invitations to other places."""

import pytest

from bot.domain.facts import NO_FACTS, Facts
from bot.domain.judgement import Want, WantKind
from bot.domain.message import Markup
from bot.policy.detection import Answer
from bot.policy.signals.invites import SIGNAL
from tests.policy.make import Bench, detector, inspection, probe

_HOME = "123456789012345678"


def answer(value: object, text: str, facts: Facts = NO_FACTS) -> tuple[Answer, list[Want]]:
    inspected = inspection(text, markup=Markup.DISCORD, facts=facts)
    return probe(SIGNAL, value, inspected), inspected.wants


@pytest.mark.parametrize(
    "text",
    [
        "https://discord.gg/abc", "discord.gg/abc", "DISCORD.GG/abc", "discord.gg/invite/abc", "discord.com/invite/abc",
        "discordapp.com/invite/abc", "https://ptb.discord.com/invite/abc", "https://canary.discord.com/invite/abc",
        "discord.com/%69nvite/abc", "discord.com/%2569nvite/abc", r"https://discord.com\invite\abc", "discord.gg//abc",
        "discord.io/abc", "discord.me/abc", "discord.li/abc", "dsc.gg/abc", "invite.gg/abc", ".gg/abc", "join .gg/abc",
        "discord . gg / abc", "discord.gg / abc", "discord.gg/ abc", "discord dot gg slash abc", "discord[.]gg/abc",
        "discord(dot)gg(slash)abc", "discord gg/abc", "d\u200biscord.gg/abc", "ｄｉｓｃｏｒｄ．ｇｇ／abc",
        "ⓓⓘⓢⓒⓞⓡⓓ.gg/abc",
        "[free](https://discord.gg/abc)", "[discord.gg/abc](https://google.com)", "<https://discord.gg/abc>",
        "https://google.com/url?q=https%3A%2F%2Fdiscord.gg%2Fabc", "https://a.com@discord.gg/abc",
        "hxxps://discord.gg/abc",
    ],
)  # fmt: skip
def test_an_invitation_to_a_discord_server_is_seen_however_it_is_written(text: str) -> None:
    found, wants = answer(True, text)
    assert found
    assert found.spans
    assert not wants


@pytest.mark.parametrize(
    "text",
    ["https://discord.com/channels/1/2", "discord.gg", "https://discord.com/nitro", "gg / wp", "fun. gg / wp", "gg.wp",
     "https://acme.slack.com/archives/C1", "https://slack.com/help", "https://notdiscord.gg/abc"],
)  # fmt: skip
def test_other_links_to_the_same_hosts_are_no_invitations(text: str) -> None:
    assert answer(True, text)[0] is False


@pytest.mark.parametrize(
    "text",
    [
        "https://join.slack.com/t/acme/shared_invite/zt-1-ab", "https://acme.slack.com/join/shared_invite/zt-1",
        "https://slack.com/shared_invite/zt-9", "https://acme.enterprise.slack.com/join/shared_invite/zt-1",
    ],
)  # fmt: skip
def test_an_invitation_to_a_slack_workspace_is_seen(text: str) -> None:
    assert answer(True, text)[0]
    assert answer({"platforms": "slack"}, text)[0]
    assert answer({"platforms": ["discord"]}, text)[0] is False


@pytest.mark.parametrize("entry", ["abc", "discord.gg/abc", "https://discord.com/invite/abc"])
def test_an_allowed_code_passes(entry: str) -> None:
    assert answer({"allow": [entry]}, "discord.gg/abc") == (False, [])
    assert answer({"allow": [entry]}, "discord.gg/other")[0]


def test_with_allowed_servers_an_unresolved_invitation_is_unknown_and_wanted() -> None:
    assert answer({"allow": [_HOME]}, "discord.gg/abc") == (None, [Want(kind=WantKind.INVITE, subject="abc")])


def test_a_resolved_invitation_counts_by_where_it_leads() -> None:
    assert answer({"allow": [_HOME]}, "discord.gg/abc", Facts(invites={"abc": _HOME})) == (False, [])
    assert answer({"allow": [_HOME]}, "discord.gg/abc", Facts(invites={"abc": "999999999999999999"}))[0]


def test_one_foreign_invitation_is_enough_whatever_the_others_are() -> None:
    found, wants = answer({"allow": [_HOME]}, "discord.gg/abc discord.gg/xyz", Facts(invites={"xyz": "1"}))
    assert found
    assert [span.what for span in found.spans] == ["discord.gg/xyz"]
    assert not wants


def test_a_forwarding_service_can_only_be_allowed_by_its_link() -> None:
    assert answer({"allow": [_HOME]}, "dsc.gg/abc")[0]
    assert answer({"allow": [_HOME, "dsc.gg/abc"]}, "dsc.gg/abc")[0] is False


def test_a_slack_workspace_is_allowed_by_its_subdomain() -> None:
    text = "https://join.slack.com/t/acme/shared_invite/zt-1 https://other.slack.com/join/shared_invite/zt-2"
    found, _ = answer({"allow": ["acme"]}, text)
    assert found
    assert [note.say("en") for note in found.notes] == ["invitation to a Slack workspace: other zt-2"]


def test_what_can_be_no_code_is_reported() -> None:
    bench = Bench()
    detector(SIGNAL, {"allow": ["ok", "what is this"]}, bench)
    assert [path for _, path in bench.errors] == [("allow", 1)]
