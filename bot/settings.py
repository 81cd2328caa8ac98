"""What an installation is told by its environment: variables named LOCUM_*, and `.env` in the working folder."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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
    """Where the program answers questions about itself."""

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
_OURS = frozenset({"not_a_place", "not_witnesses", "not_an_address"})


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
    #: messages that a community's queue holds at most; what comes on top is read back later
    queue: Annotated[int, Field(ge=100, le=1_000_000)] = 20_000
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
#: what goes with what: of each line, all are set or none
_TOGETHER = (
    ("pager_webhook", "pager_secret"),
    ("pager_mail_to", "pager_mail_from", "pager_mail_host"),
    ("pager_mail_user", "pager_mail_password"),
)


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Return what the environment says; raise SettingsError that names each variable and what is wrong with it."""
    try:
        arguments: dict[str, Any] = {"_env_file": env_file}
        settings = Settings(**arguments)
    except ValidationError as error:
        raise SettingsError(_wrong(error)) from None
    except (OSError, UnicodeError):
        # what stands in it isn't repeated
        raise SettingsError([Wrong(variable=".env", code="unreadable", message="it can't be read")]) from None
    missing = tuple(_missing(settings))
    if missing:
        raise SettingsError(missing)
    return settings


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
    for names in _TOGETHER:
        given = [name for name in names if _is_set(getattr(settings, name))]
        if given:
            for name in names:
                if name not in given:
                    yield Wrong(
                        variable=variable(name), code="missing", message=f"{variable(given[0])} can't do without it"
                    )


def _is_set(value: str | SecretStr) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
