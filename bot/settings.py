"""What an installation is told by its environment: variables named LOCUM_*, and `.env` in the working folder."""

import ipaddress
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from bot.errors import LocumError

PREFIX = "LOCUM_"
#: read by other parts of the program, and by the tests
_ELSEWHERE = ("LOCUM_LANG", "LOCUM_TEST_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """What is wrong with one setting."""

    #: the variable
    variable: str
    #: what is wrong, as a code
    code: str
    #: the same in English; never the value
    message: str


class SettingsError(LocumError):
    """A setting is wrong."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__("\n".join(f"{one.variable}: {one.message}" for one in self.wrong))


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the program listens."""

    #: an address of this machine
    host: str
    #: 0 for any that is free
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WitnessAt:
    """Somebody who is to cosign checkpoints."""

    #: the line of its public key
    key: str
    #: where it answers
    url: str


#: codes that our own checks give
_OURS = frozenset({"not_a_place", "not_witnesses", "not_an_address", "not_a_socket", "not_hosts", "too_short"})
#: settings that hold the token of a real platform: where one is set, the chat of our own doesn't run
_TOKENS: tuple[str, ...] = ("discord_token",)
#: where the chat of our own keeps what it does: a trial never mixes with a real record
_LOCAL = Path("data/local")
#: a name or an address, a port may follow
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_SHORTEST_PASSWORD = 12


def _refused(code: str, message: str) -> PydanticCustomError:
    # nothing of the value: a message may end in a log
    return PydanticCustomError(code, "{message}", {"message": message})


def _words(value: Any) -> Any:
    return tuple(word for word in value.replace(",", " ").split() if word) if isinstance(value, str) else value


def _place(value: Any) -> Any:
    if not isinstance(value, str) or value.strip().lower() in {"", "off"}:
        return None if isinstance(value, str) else value
    host, colon, port = value.strip().rpartition(":")
    host = host.strip("[]")
    if not (colon and _is_address(host) and port.isascii() and port.isdigit() and int(port) <= 65535):
        raise _refused("not_a_place", "it is no address and port such as 127.0.0.1:9464, nor off")
    return Place(host=host, port=int(port))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _witnesses(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = [line.split() for line in value.replace(",", "\n").splitlines() if line.strip()]
    if any(len(parts) != 2 or urlsplit(parts[1]).scheme not in {"http", "https"} for parts in found):
        raise _refused("not_witnesses", "each entry is to be a public key, a blank, and an http or https address")
    return tuple(WitnessAt(key=key, url=url) for key, url in found)


def _web(value: str) -> str:
    if value and urlsplit(value).scheme not in {"http", "https"}:
        raise _refused("not_an_address", "it is no http or https address")
    return value


_Web = Annotated[str, AfterValidator(_web)]


def _socket(value: str) -> str:
    if value and urlsplit(value).scheme not in {"ws", "wss"}:
        raise _refused("not_a_socket", "it is no ws or wss address")
    return value


def _hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_HOST.fullmatch(one) for one in value):
        raise _refused("not_hosts", "each entry is to be a name such as locum.example, a port may follow")
    return tuple(one.lower() for one in value)


def _password(value: SecretStr) -> SecretStr:
    if 0 < len(value.get_secret_value()) < _SHORTEST_PASSWORD:
        raise _refused("too_short", f"it is to have at least {_SHORTEST_PASSWORD} characters")
    return value


class Settings(BaseSettings):
    """Everything that is set; read once, and never changed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    #: an SQLite file, or postgresql://USER@HOST/NAME; secret, for it may hold a password
    database: SecretStr = SecretStr("data/locum.sqlite")
    #: the file of the keys, which is to be kept and backed up apart from the database
    key_file: Path = Path("data/locum.keys.json")
    #: the keys themselves, where the environment is to hold them instead
    keys: SecretStr | None = None
    #: folder of the policies
    policies: Path = Path("policies")
    #: communities that this installation moderates; none named: all that have policies
    communities: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()
    #: first part of the ledgers' names, which they keep for ever: a domain of yours
    origin: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=200)] = "locum"
    #: the token of the Discord bot
    discord_token: SecretStr = SecretStr("")
    #: where Discord's API and gateway are, where that isn't Discord itself
    discord_api: _Web = ""
    discord_gateway: Annotated[str, AfterValidator(_socket)] = ""
    #: the file with the tokens of Slack workspaces, sealed; `locum setup slack` writes it
    slack_tokens: Path = Path("data/locum.slack.json")
    #: where Slack's Web API is, where that isn't Slack itself
    slack_api: _Web = ""
    #: where Slack calls us, for workspaces without an app-level token; off for nowhere
    slack_events: Annotated[Place | None, NoDecode, BeforeValidator(_place)] = None
    #: where the chat of our own is shown while no real platform has a token; off for nowhere
    local: Annotated[Place | None, NoDecode, BeforeValidator(_place)] = Place(host="127.0.0.1", port=8484)
    #: asked for before its page is shown: on it, anyone may be anyone
    local_password: Annotated[SecretStr, AfterValidator(_password)] = SecretStr("")
    #: more names under which browsers reach it
    local_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(_hosts)] = ()
    #: what life there comes from: the same number, the same life
    local_seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 1
    #: whether there is life at all
    local_life: bool = True
    #: json, console, or auto: console where somebody watches
    log_format: Literal["auto", "json", "console"] = "auto"
    #: the least that is logged
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    #: where metrics and health are answered; off for nowhere
    metrics: Annotated[Place | None, NoDecode, BeforeValidator(_place)] = Place(host="127.0.0.1", port=9464)
    #: where metrics are off: the file that says how the program is, for `locum health`
    health_file: Path = Path("data/locum.health.json")
    #: days for which it is remembered which messages were judged
    seen_days: Annotated[int, Field(ge=1, le=365)] = 14
    #: days for which files of messages are kept that were copied as evidence
    evidence_days: Annotated[int, Field(ge=1, le=183)] = 30
    #: messages that a community's queue holds at most; what comes on top is read back later
    queue: Annotated[int, Field(ge=100, le=1_000_000)] = 100_000
    #: seconds that a stop waits for actions under way
    drain_seconds: Annotated[int, Field(ge=1, le=600)] = 20
    #: who cosigns checkpoints: KEY URL, several by commas
    witnesses: Annotated[tuple[WitnessAt, ...], NoDecode, BeforeValidator(_witnesses)] = ()
    #: witnesses and webhooks may be names of private addresses, as in a network of containers
    private_addresses: bool = False
    #: where pages go that no policy sends elsewhere
    pager_webhook: _Web = ""
    #: signs them
    pager_secret: SecretStr = SecretStr("")
    #: a mailbox for pages, and the one they come from
    pager_mail_to: str = ""
    pager_mail_from: str = ""
    #: the mail server
    pager_mail_host: str = ""
    pager_mail_port: Annotated[int, Field(ge=1, le=65535)] = 465
    pager_mail_security: Literal["tls", "starttls", "plain"] = "tls"
    pager_mail_user: str = ""
    pager_mail_password: SecretStr = SecretStr("")
    #: is told every minute that no escalation is stuck; who watches over it calls when that stays away
    heartbeat_url: _Web = ""

    @property
    def rehearses(self) -> bool:
        """Whether the chat of our own runs: it is on, and no real platform has a token."""
        real = self.slack_tokens.exists() or any(is_set(getattr(self, token)) for token in _TOKENS)
        return self.local is not None and not real


#: pydantic's name for a mistake → ours, and what it says
_SAID = {
    "int_parsing": ("not_a_number", "it is no whole number"),
    "bool_parsing": ("not_a_choice", "it is neither true nor false"),
    "greater_than_equal": ("out_of_range", "it is too small, or too large"),
    "less_than_equal": ("out_of_range", "it is too small, or too large"),
    "literal_error": ("not_a_choice", "it is none of what is possible"),
    "string_pattern_mismatch": ("not_a_name", "it has signs that it may not have, or none"),
    "string_too_long": ("out_of_range", "it is too long"),
}
#: what can't do without what; a secret or a mail server alone serve the contacts of the policies
_NEEDS = {
    "pager_webhook": ("pager_secret",),
    "pager_mail_to": ("pager_mail_from", "pager_mail_host"),
    "pager_mail_from": ("pager_mail_host",),
    "pager_mail_host": ("pager_mail_from",),
    "pager_mail_user": ("pager_mail_password",),
    "pager_mail_password": ("pager_mail_user",),
}


def load_settings(env_file: Path | None = Path(".env"), *, trial: bool = True) -> Settings:
    """Return what the environment says; raise SettingsError that names each variable and what is wrong with it.

    Without `trial` they are those of a real platform, which is about to be set up: nothing stands apart.
    """
    try:
        arguments: dict[str, Any] = {"_env_file": env_file}
        settings = Settings(**arguments)
    except ValidationError as error:
        raise SettingsError(_wrong(error)) from None
    except (OSError, UnicodeError):
        # what stands in it isn't repeated
        raise SettingsError([Wrong(variable=".env", code="unreadable", message="it can't be read")]) from None
    wrong = (*_missing(settings), *_open_to_all(settings))
    if wrong:
        raise SettingsError(wrong)
    return _apart(settings) if trial else settings


def read_addresses(env_file: Path | None = Path(".env")) -> Mapping[str, str]:
    """Return every variable by its name: policies say under which name a contact's address stands; it is secret."""
    stored = {} if env_file is None else DotEnvSettingsSource(Settings, env_file, case_sensitive=True).env_vars
    return {**{name: value for name, value in stored.items() if value}, **os.environ}


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """Return variables that look like settings and aren't: most often one that is misspelt."""
    known = {variable(name) for name in Settings.model_fields}
    return sorted(
        name
        for name in environment
        if name.upper().startswith(PREFIX) and name.upper() not in known and not name.upper().startswith(_ELSEWHERE)
    )


def variable(name: str) -> str:
    """Return the variable that sets the field."""
    return (PREFIX + name).upper()


def _wrong(error: ValidationError) -> Iterator[Wrong]:
    for one in error.errors(include_url=False, include_context=True, include_input=False):
        if one["type"] in _OURS:
            code, message = one["type"], one["msg"]
        else:
            code, message = _SAID.get(one["type"], ("unreadable", "it can't be read"))
        yield Wrong(variable=variable(str(one["loc"][0])), code=code, message=message)


def _missing(settings: Settings) -> Iterator[Wrong]:
    told = set()
    for name, needed in _NEEDS.items():
        for other in needed:
            if is_set(getattr(settings, name)) and not is_set(getattr(settings, other)) and other not in told:
                told.add(other)
                yield Wrong(
                    variable=variable(other), code="missing", message=f"{variable(name)} can't do without it"
                )  # fmt: skip


def _open_to_all(settings: Settings) -> Iterator[Wrong]:
    place = settings.local
    inside = place is None or ipaddress.ip_address(place.host).is_loopback
    if not inside and not is_set(settings.local_password):
        message = f"{variable('local')} lets other machines in, where anyone may be anyone: not without a password"
        yield Wrong(variable=variable("local_password"), code="open_to_all", message=message)


def _apart(settings: Settings) -> Settings:
    """Return the settings of a trial: the chat of our own without a database that somebody named.

    What it writes stands apart, and it answers nowhere but on its page: a real installation may be beside it. Keys
    belong to a database: whoever names that has them where they always are.
    """
    if not settings.rehearses or "database" in settings.model_fields_set:
        return settings
    trial = {
        "database": SecretStr(str(_LOCAL / "locum.sqlite")),
        "key_file": _LOCAL / "locum.keys.json",
        "health_file": _LOCAL / "locum.health.json",
        "metrics": None,
    }
    return settings.model_copy(
        update={name: value for name, value in trial.items() if name not in settings.model_fields_set}
    )


def is_set(value: str | SecretStr) -> bool:
    """Return whether something is set: not the empty text."""
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
