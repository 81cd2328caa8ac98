"""A `community.yaml` that is drafted from a server can be used as it is, whatever things are called there."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.drafting import draft
from bot.domain.judgement import Mode
from bot.i18n import LANGUAGES
from bot.policy.checking import check_policies
from bot.policy.drafting import Draft, named
from bot.policy.load import load_files
from bot.policy.schema.community import CommunityFile
from bot.policy.source import read_community
from tests.discord.guild import Guild
from tests.discord.permissions import Permission
from tests.discord.world import World

HIDDEN = int(Permission.VIEW_CHANNEL)


def a_server(name: str = "Harbour") -> Guild:
    return World().add_guild(name)


def drafted(guild: Guild, language: str = "en", **more: Any) -> Draft:
    return draft(guild.shown(), list(guild.channels.values()), language, **more)


def model_of(found: Draft) -> CommunityFile:
    files = {f"{found.community}/community.yaml": found.text.encode()}
    assert load_files(files, found.community).problems == ()
    model = read_community(Path("policies"), found.community, files).community
    assert model is not None
    return model


def test_it_watches_and_may_do_the_least() -> None:
    model = model_of(drafted(a_server()))
    assert model.mode is Mode.SHADOW
    assert model.automation is not None
    assert [one.kind for one in model.automation.may] == ["delete"]


def test_channels_are_named_as_they_are_called_each_once() -> None:
    guild = a_server()
    ids = [
        guild.add_channel(name, kind)["id"] for name, kind in (("Off Topic", 0), ("off-topic", 0), ("🎮", 2), ("x", 4))
    ]
    model = model_of(drafted(guild))
    assert {name: one.discord for name, one in model.channels.items()} == {
        "off-topic": ids[0], "off-topic-2": ids[1], "channel": ids[2],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["on", "null", "123", "1e3", "yes", "~", "日本"])
def test_a_name_that_yaml_would_read_as_something_else_stays_a_name(name: str) -> None:
    guild = a_server()
    guild.add_channel(name)
    guild.add_role(name)
    model = model_of(drafted(guild))
    assert len(model.channels) == len(model.roles) == 1
    assert all(isinstance(one, str) for one in (*model.channels, *model.roles))


def test_cards_hang_in_the_channel_that_staff_seem_to_have_for_themselves() -> None:
    guild = a_server()
    guild.add_channel("general")
    private = guild.add_channel("mod-chat")["id"]
    guild.overwrite(private, guild.id, deny=HIDDEN)
    assert model_of(drafted(guild)).channels["leads"].discord == private


def test_a_channel_that_everybody_reads_is_never_taken_for_it_whatever_it_is_called() -> None:
    guild = a_server()
    public = guild.add_channel("leads")["id"]
    found = drafted(guild)
    assert found.channels == {public: "leads-2"}
    assert "make one" in found.text


def test_whoever_moderates_is_protected_and_programs_roles_are_left_out() -> None:
    guild = a_server()
    guild.add_role("Wache", Permission.KICK_MEMBERS)
    guild.add_role("Stammgast")
    guild.add_role("Some bot", Permission.ADMINISTRATOR)
    guild.roles[list(guild.roles)[-1]] |= {"managed": True}
    model = model_of(drafted(guild))
    assert model.protected == ("wache",)
    assert set(model.roles) == {"wache", "stammgast"}


def test_a_role_for_quarantine_is_known_by_its_name() -> None:
    guild = a_server()
    role = guild.add_role("Quarantäne")["id"]
    found = drafted(guild, "de")
    assert found.roles == {role: "quarantine"}


def test_languages_are_those_of_the_server_and_of_channels_named_after_them() -> None:
    guild = a_server()
    guild.data["preferred_locale"] = "de"
    guild.add_channel("allgemein")
    category = guild.add_channel("English", 4)["id"]
    guild.add_channel("general", 0, category)
    model = model_of(drafted(guild))
    assert model.languages == ("de", "en")
    assert model.channels["general"].languages == ("en",)
    assert model.channels["allgemein"].languages == ()


def test_a_community_that_is_known_keeps_its_name_and_others_names_are_not_taken() -> None:
    assert drafted(a_server("Grüße & Co.")).community == "gruesse-co"
    assert drafted(a_server("Grüße & Co."), taken=["gruesse-co"]).community == "gruesse-co-2"
    assert drafted(a_server("Anything"), community="harbour", taken=["harbour"]).community == "harbour"
    assert drafted(a_server("日本")).community == "community"
    assert drafted(a_server("shared")).community != "shared"


def test_its_comments_are_in_the_language_asked_for() -> None:
    english, german = (drafted(a_server(), language).text for language in LANGUAGES)
    assert "Nobody is moderated who holds one of these." in english
    assert "Gegen wen eine dieser Rollen hat, handelt niemand." in german


def test_it_passes_a_strict_check(tmp_path: Path) -> None:
    guild = a_server()
    guild.add_channel("general")
    guild.add_role("Staff", Permission.BAN_MEMBERS)
    found = drafted(guild)
    (tmp_path / found.community).mkdir()
    (tmp_path / found.community / "community.yaml").write_text(found.text, encoding="utf-8")
    assert check_policies(tmp_path, [found.community]).problems == ()


@given(st.text(max_size=120), st.lists(st.text(min_size=1, max_size=110), max_size=6))
def test_whatever_things_are_called_the_draft_can_be_read_and_holds_them_all(name: str, names: list[str]) -> None:
    guild = a_server(name)
    channels = [guild.add_channel(one)["id"] for one in names]
    roles = [guild.add_role(one)["id"] for one in names]
    model = model_of(drafted(guild))
    assert sorted(one.discord or "" for one in model.channels.values()) == sorted(channels)
    assert sorted(one.discord or "" for one in model.roles.values()) == sorted(roles)


@given(st.text())
def test_a_name_is_one_or_empty(text: str) -> None:
    found = named(text)
    assert len(found) <= 64
    assert found == "" or found[0].isalnum() or found[0] == "_"
