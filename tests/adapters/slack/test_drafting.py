"""A `community.yaml` that is drafted from a workspace can be used as it is, whatever things are called there."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.drafting import draft
from bot.domain.judgement import Mode
from bot.i18n import LANGUAGES
from bot.policy.checking import check_policies
from bot.policy.drafting import Draft
from bot.policy.load import load_files
from bot.policy.schema.community import CommunityFile
from bot.policy.source import read_community


def channel(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "is_member": True, **more}


def drafted(*channels: dict[str, Any], language: str = "en", name: str = "Harbour", **more: Any) -> Draft:
    groups = more.pop("groups", ())
    return draft("T0A", name, channels, groups, language, **more)


def model_of(found: Draft) -> CommunityFile:
    files = {f"{found.community}/community.yaml": found.text.encode()}
    assert load_files(files, found.community).problems == ()
    model = read_community(Path("policies"), found.community, files).community
    assert model is not None
    return model


def test_it_watches_may_do_the_least_and_protects_the_ranks() -> None:
    model = model_of(drafted())
    assert (model.slack, model.mode) == ("T0A", Mode.SHADOW)
    assert model.automation is not None
    assert [one.kind for one in model.automation.may] == ["delete"]
    assert model.protected == ("owner", "admin")


def test_channels_stand_as_they_are_called_and_what_is_no_channel_of_ours_is_left_out() -> None:
    model = model_of(drafted(
        channel("C1", "zebra"), channel("C2", "general", is_general=True), channel("C3", "old", is_archived=True),
        channel("C4", "hidden", is_private=True, is_member=False), channel("C5", "open", is_member=False),
    ))  # fmt: skip
    assert {name: one.slack for name, one in model.channels.items()} == {
        "general": "T0A/C2", "open": "T0A/C5", "zebra": "T0A/C1",
    }  # fmt: skip
    assert next(iter(model.channels)) == "general"


def test_cards_hang_in_the_private_channel_that_staff_seem_to_have() -> None:
    model = model_of(drafted(channel("C1", "mods", is_private=True), channel("C2", "team-chat", is_private=True)))
    assert model.channels["leads"].slack == "T0A/C1"


def test_a_channel_that_everybody_or_another_workspace_reads_is_never_taken_for_it() -> None:
    found = drafted(channel("C1", "leads"), channel("C2", "mods", is_private=True, is_ext_shared=True))
    assert found.channels == {"C1": "leads-2", "C2": "mods"}
    assert "make one" in found.text


def test_user_groups_are_roles_and_those_of_staff_are_protected() -> None:
    groups = [
        {"id": "S1", "handle": "mods", "name": "Moderation"}, {"id": "S2", "handle": "friends", "name": "Friends"},
        {"id": "S3", "handle": "gone", "name": "Gone", "date_delete": 7}, {"id": "S4", "handle": "admin", "name": "x"},
    ]  # fmt: skip
    model = model_of(drafted(groups=groups))
    assert {name: one.slack_group for name, one in model.roles.items()} == {
        "owner": None, "admin": None, "mods": "T0A/S1", "friends": "T0A/S2", "admin-2": "T0A/S4",
    }  # fmt: skip
    assert model.protected == ("owner", "admin", "mods", "admin-2")


def test_languages_are_those_of_many_people_and_of_channels_named_after_them() -> None:
    people: list[dict[str, Any]] = [{"id": f"U{number}", "locale": "de-DE"} for number in range(9)]
    people += [{"id": "U9", "locale": "fr-FR"}, {"id": "B", "locale": "pl-PL", "is_bot": True}]
    model = model_of(drafted(channel("C1", "allgemein"), channel("C2", "english"), people=people))
    assert model.languages == ("de", "en")
    assert model.channels["english"].languages == ("en",)
    assert model_of(drafted()).languages == ("en",)


def test_a_community_that_is_known_keeps_its_name_and_others_names_are_not_taken() -> None:
    assert drafted(name="Grüße & Co.").community == "gruesse-co"
    assert drafted(name="Grüße & Co.", taken=["gruesse-co"]).community == "gruesse-co-2"
    assert drafted(name="x", community="harbour", taken=["harbour"]).community == "harbour"


def test_its_comments_are_in_the_language_asked_for() -> None:
    english, german = (drafted(language=one).text for one in LANGUAGES)
    assert "Slack's own ranks" in english
    assert "Slacks eigene Ränge" in german


def test_it_passes_a_strict_check(tmp_path: Path) -> None:
    found = drafted(channel("C1", "general"), channel("C2", "leads", is_private=True))
    (tmp_path / found.community).mkdir()
    (tmp_path / found.community / "community.yaml").write_text(found.text, encoding="utf-8")
    assert check_policies(tmp_path, [found.community]).problems == ()


@given(st.text(max_size=120), st.lists(st.text(max_size=110), max_size=6))
def test_whatever_things_are_called_the_draft_can_be_read_and_holds_them_all(name: str, names: list[str]) -> None:
    channels = [channel(f"C{number}", one) for number, one in enumerate(names)]
    groups = [{"id": f"S{number}", "handle": one, "name": one} for number, one in enumerate(names)]
    model = model_of(drafted(*channels, name=name, groups=groups))
    assert {one.slack for one in model.channels.values()} == {f"T0A/C{number}" for number in range(len(names))}
    assert len(model.roles) == len(names) + 2
