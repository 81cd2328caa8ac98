"""The tokens of every workspace in one file, each sealed under a key that is kept apart from it.

Whose the admin's token is stands in the clear, and is bound into what is sealed: a token of somebody else's never takes
its place unseen.
"""

import fcntl
import json
import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.slack.access import Access
from bot.errors import LocumError
from bot.ports import Secret

_FORMAT = "locum-slack-tokens/1"
_NONCE = 12
#: what is sealed
_SECRETS = ("bot", "app", "signing", "admin")
#: bytes of a file that is read: thousands of workspaces
_LARGEST = 16_000_000


class TokensBrokenError(LocumError):
    """The file with Slack's tokens can't be read, or was changed by hand: delete it, and run `locum setup slack`."""


class TokensSealedError(LocumError):
    """The file with Slack's tokens was sealed under a key that isn't at hand: restore the key file, or set up anew."""


class TokensUnwritableError(LocumError):
    """The file with Slack's tokens can't be written: look at who owns its folder."""


def kept(path: Path, keys: Sequence[Secret], *, api: str = "") -> dict[str, Access]:
    """Return what each workspace is reached with, by its id; none where nothing is kept.

    `keys` are the wrapping keys, the newest first. Raises TokensBrokenError, TokensSealedError.
    """
    at_hand = {key.id: key.value for key in keys}
    return {name: _opened(name, one, at_hand, api) for name, one in _read(path).items()}


def kept_for(path: Path, keys: Sequence[Secret], workspace: str, *, api: str = "") -> Access | None:
    """Return what one workspace is reached with, whatever the others' is sealed under; None where nothing is kept.

    Raises as `kept`.
    """
    found = _read(path).get(workspace)
    return None if found is None else _opened(workspace, found, {key.id: key.value for key in keys}, api)


def bound(path: Path) -> Mapping[str, str]:
    """Return to whom each workspace's admin's token is bound, empty for nobody; raises TokensBrokenError.

    No key is needed: it stands in the clear, and only what is sealed proves it.
    """
    return {name: str(one.get("admin_user", "")) for name, one in _read(path).items()}


def keep(path: Path, keys: Sequence[Secret], access: Access) -> None:
    """Keep what a workspace is reached with, in place of what was kept for it.

    Raises TokensBrokenError, TokensUnwritableError.
    """
    with _alone(path):
        _write(path, {**_read(path), access.workspace: _sealed(access, keys[0])})


def forget(path: Path, workspace: str) -> bool:
    """Forget a workspace's tokens, and return whether there were any; with the last ones the file goes.

    Raises TokensBrokenError, TokensUnwritableError.
    """
    if not path.exists():
        return False
    with _alone(path):
        found = _read(path)
        if workspace not in found:
            return False
        del found[workspace]
        if found:
            _write(path, found)
        else:
            path.unlink()
    return True


def sealed_under(path: Path) -> Mapping[str, int]:
    """Return how many workspaces' tokens are sealed under each key; raises TokensBrokenError."""
    return Counter(str(one.get("key", "")) for one in _read(path).values())


def seal_anew(path: Path, keys: Sequence[Secret]) -> int:
    """Seal everything under the newest key that an older one opens, and return how many workspaces that are.

    What is sealed under a key that isn't at hand stays as it is: it may be of another installation. Raises
    TokensBrokenError, TokensUnwritableError.
    """
    if not path.exists():
        return 0
    older = {key.id: key.value for key in keys[1:]}
    with _alone(path):
        found = _read(path)
        moved = {
            name: _sealed(_opened(name, one, older, ""), keys[0])
            for name, one in found.items()
            if one.get("key") in older
        }
        if moved:
            _write(path, {**found, **moved})
    return len(moved)


def _sealed(access: Access, key: Secret) -> dict[str, str]:
    found = {"key": key.id, "admin_user": access.admin_user}
    for name in _SECRETS:
        value: str = getattr(access, name)
        if value:
            nonce = secrets.token_bytes(_NONCE)
            sealed = AESGCM(key.value).encrypt(
                nonce, value.encode(), _place_of(access.workspace, name, access.admin_user)
            )
            found[name] = b64encode(nonce + sealed).decode()
    return found


def _opened(workspace: str, said: Mapping[str, Any], keys: Mapping[str, bytes], api: str) -> Access:
    key = keys.get(str(said.get("key", "")))
    if key is None:
        raise TokensSealedError
    user = str(said.get("admin_user", ""))
    found = Access(workspace=workspace, bot="", admin_user=user, api=api)
    for name in _SECRETS:
        if name not in said:
            continue
        try:
            data = b64decode(str(said[name]), validate=True)
            value = AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], _place_of(workspace, name, user)).decode()
        except (InvalidTag, Base64Error, ValueError):
            raise TokensBrokenError from None
        found = replace(found, **{name: value})
    return found


def _place_of(workspace: str, name: str, user: str) -> bytes:
    """Return what a token is bound to: its place, and for the admin's, whose it is."""
    return json.dumps([_FORMAT, workspace, name, user if name == "admin" else ""]).encode()


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(_LARGEST + 1))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise TokensBrokenError from None
    found = said.get("workspaces") if isinstance(said, dict) and said.get("format") == _FORMAT else None
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise TokensBrokenError
    return found


def _write(path: Path, workspaces: Mapping[str, Mapping[str, str]]) -> None:
    """Replace the file as a whole, so that a crash leaves the old one or the new one; only this user can read it."""
    text = json.dumps({"format": _FORMAT, "workspaces": dict(sorted(workspaces.items()))}, indent=2) + "\n"
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8") as file:
        try:
            # made for its owner alone; a mask of the process could only take rights away
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process changes the file; say in our own words that it can't be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
    except OSError:
        raise TokensUnwritableError from None
