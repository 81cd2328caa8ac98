"""What the environment says, and what is said about what it says wrongly."""

from pathlib import Path

import pytest

from bot.settings import Place, Settings, SettingsError, WitnessAt, load_settings, unknown_settings, variable

CANARY = "c4nary-s3cret"


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(variable(name), value)


def refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> SettingsError:
    given(monkeypatch, **values)
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    return caught.value


def test_nothing_need_be_set() -> None:
    settings = load_settings(None)
    assert settings.local == Place(host="127.0.0.1", port=8484)
    assert settings.rehearses
    assert settings.seen_days == 14
    assert settings.communities == ()
    assert settings.witnesses == ()


def test_a_trial_keeps_its_data_apart_and_answers_nowhere_but_on_its_page() -> None:
    settings = load_settings(None)
    assert settings.database.get_secret_value() == "data/local/locum.sqlite"
    assert settings.key_file == Path("data/local/locum.keys.json")
    assert settings.health_file == Path("data/local/locum.health.json")
    assert settings.metrics is None


def test_without_the_chat_of_our_own_everything_stands_where_a_real_record_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(monkeypatch, local="off")
    settings = load_settings(None)
    assert not settings.rehearses
    assert settings.database.get_secret_value() == "data/locum.sqlite"
    assert settings.key_file == Path("data/locum.keys.json")
    assert settings.metrics == Place(host="127.0.0.1", port=9464)


def test_kept_tokens_of_slack_end_the_trial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tokens = tmp_path / "slack.json"
    given(monkeypatch, slack_tokens=str(tokens))
    assert load_settings(None).rehearses
    tokens.touch()
    settings = load_settings(None)
    assert not settings.rehearses
    assert settings.key_file == Path("data/locum.keys.json")


def test_whoever_sets_a_platform_up_is_told_the_settings_that_hold_once_it_is() -> None:
    settings = load_settings(None, trial=False)
    assert settings.database.get_secret_value() == "data/locum.sqlite"
    assert settings.key_file == Path("data/locum.keys.json")
    assert settings.metrics is not None


def test_a_database_that_is_named_keeps_its_keys_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, database="data/locum.sqlite")
    settings = load_settings(None)
    assert settings.rehearses
    assert settings.database.get_secret_value() == "data/locum.sqlite"
    assert settings.key_file == Path("data/locum.keys.json")


def test_what_is_set_for_a_trial_goes_before_what_a_trial_has_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, key_file="my.keys.json", metrics="127.0.0.1:0")
    settings = load_settings(None)
    assert settings.database.get_secret_value() == "data/local/locum.sqlite"
    assert settings.key_file == Path("my.keys.json")
    assert settings.metrics == Place(host="127.0.0.1", port=0)


def test_the_page_is_set_by_variables_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    given(
        monkeypatch,
        local="[::]:80",
        local_password=f"{CANARY}-long",
        local_hosts="Locum.example, 10.0.0.1:80 [::1]:80",
        local_seed="7",
        local_life="off",
    )
    settings = load_settings(None)
    assert settings.local == Place(host="::", port=80)
    assert settings.local_hosts == ("locum.example", "10.0.0.1:80", "[::1]:80")
    assert (settings.local_seed, settings.local_life) == (7, False)
    assert CANARY not in repr(settings)


@pytest.mark.parametrize("inside", ["127.0.0.1:0", "127.3.2.1:80", "[::1]:8484", "off"])
def test_this_machine_alone_needs_no_password(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    given(monkeypatch, local=inside)
    assert load_settings(None).local_password.get_secret_value() == ""


@pytest.mark.parametrize("outside", ["0.0.0.0:8484", "[::]:8484", "192.168.1.2:8484"])
def test_other_machines_are_let_in_by_nobody_without_a_password(monkeypatch: pytest.MonkeyPatch, outside: str) -> None:
    error = refused(monkeypatch, local=outside)
    assert [(one.variable, one.code) for one in error.wrong] == [("LOCUM_LOCAL_PASSWORD", "open_to_all")]


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    given(
        monkeypatch,
        database=f"postgresql://locum:{CANARY}@db/locum",
        communities="acme, other",
        metrics="[::1]:0",
        seen_days="30",
        witnesses="w+1+AA== https://w.example/, v+2+BB== http://127.0.0.1:7430",
        log_format="json",
    )
    settings = load_settings(None)
    assert settings.communities == ("acme", "other")
    assert settings.metrics == Place(host="::1", port=0)
    assert settings.seen_days == 30
    assert settings.witnesses == (
        WitnessAt(key="w+1+AA==", url="https://w.example/"),
        WitnessAt(key="v+2+BB==", url="http://127.0.0.1:7430"),
    )
    assert CANARY not in repr(settings)
    assert CANARY in settings.database.get_secret_value()


@pytest.mark.parametrize("off", ["off", "OFF"])
def test_metrics_can_be_off(monkeypatch: pytest.MonkeyPatch, off: str) -> None:
    given(monkeypatch, metrics=off)
    assert load_settings(None).metrics is None


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, metrics="", seen_days="", local="off")
    assert load_settings(None).metrics == Settings.model_fields["metrics"].default


def test_an_env_file_is_read_and_the_environment_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("LOCUM_SEEN_DAYS=3\nLOCUM_QUEUE=500\nOTHER=1\n", encoding="utf-8")
    given(monkeypatch, queue="700")
    settings = load_settings(file)
    assert (settings.seen_days, settings.queue) == (3, 700)


def test_an_env_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"LOCUM_ORIGIN=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env"):
        load_settings(file)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("seen_days", CANARY, "not_a_number"),
        ("seen_days", "0", "out_of_range"),
        ("queue", "9999999", "out_of_range"),
        ("log_format", CANARY, "not_a_choice"),
        ("log_level", CANARY, "not_a_choice"),
        ("metrics", CANARY, "not_a_place"),
        ("metrics", "127.0.0.1", "not_a_place"),
        ("metrics", "127.0.0.1:70000", "not_a_place"),
        ("metrics", "example.com:80", "not_a_place"),
        ("local", CANARY, "not_a_place"),
        ("local", "localhost:80", "not_a_place"),
        ("local_password", "11-letters!", "too_short"),
        ("local_hosts", f"https://{CANARY}/", "not_hosts"),
        ("local_hosts", "*", "not_hosts"),
        ("local_seed", "-1", "out_of_range"),
        ("local_life", CANARY, "not_a_choice"),
        ("witnesses", CANARY, "not_witnesses"),
        ("witnesses", f"key ftp://{CANARY}", "not_witnesses"),
        ("origin", f"{CANARY} {CANARY}", "not_a_name"),
        ("pager_webhook", f"gopher://{CANARY}", "not_an_address"),
        ("pager_mail_port", "0", "out_of_range"),
        ("private_addresses", CANARY, "not_a_choice"),
    ],
)
def test_what_is_wrong_is_named_and_the_value_never_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    error = refused(monkeypatch, **{name: value})
    assert [(one.variable, one.code) for one in error.wrong] == [(variable(name), code)]
    assert str(error).startswith(f"{variable(name)}: ")
    assert CANARY not in str(error)
    assert CANARY not in repr(error.wrong)
    assert error.__cause__ is None


def test_everything_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(monkeypatch, seen_days="x", queue="1")
    assert {one.variable for one in error.wrong} == {"LOCUM_SEEN_DAYS", "LOCUM_QUEUE"}


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"pager_webhook": "https://p.example/"}, ["LOCUM_PAGER_SECRET"]),
        ({"pager_mail_to": "a@b"}, ["LOCUM_PAGER_MAIL_FROM", "LOCUM_PAGER_MAIL_HOST"]),
        ({"pager_mail_password": CANARY}, ["LOCUM_PAGER_MAIL_USER"]),
    ],
)
def test_what_goes_together_is_asked_for_together(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], missing: list[str]
) -> None:
    assert [one.variable for one in refused(monkeypatch, **values).wrong] == missing


def test_a_misspelt_variable_is_found() -> None:
    found = unknown_settings({"LOCUM_DATABSE": "x", "LOCUM_DATABASE": "x", "LOCUM_LANG": "de", "PATH": "x"})
    assert found == ["LOCUM_DATABSE"]


def test_settings_cannot_be_changed() -> None:
    settings = load_settings(None)
    with pytest.raises(ValueError, match="frozen"):
        settings.seen_days = 1
