"""Check a proof from a Locum ledger, offline, with nothing but this one file and Python 3.11 or newer.

    python offline.py decision.tlog-proof entry.json --log KEY [--witness KEY]... [--needed N] [--opening FILE]...

Without `entry.json` the entry is taken from the proof's own `extra` line. Keys are lines such as
`name+1a2b3c4d+base64`, and must come from somebody other than whoever sent the proof. Exit status: 0 the entry stands
in the ledger, 1 it doesn't verify, 2 something can't be read and nothing was judged.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

LARGEST = 4_000_000
Said = tuple[str, dict[str, object]]
UNVERIFIED, UNREAD = 1, 2

TEXTS = {
    "en": {
        "yes": "VERIFIED: entry {index} stands in the ledger {origin}, which had {size} entries.",
        "no": "DOES NOT VERIFY: {why}",
        "unread": "CAN'T BE READ: {why}",
        "log": "Signed by the ledger's key {key}.",
        "witness": "Cosigned by {key} on {at} UTC.",
        "alone": "No witness was named: that all were shown one history, its operator alone vouches for.",
        "open": "{field} is the value that was committed to: {value}",
        "says": "The entry says: {entry}",
        "limit": "Proved is that the entry stood there and is unaltered since; not that what it says is true.",
        "file": "{path} ({detail}).",
        "key": "{line} is not a key of the form name+id+key, or one for something else (ledger, witness).",
        "proof": "the proof is not in the form c2sp.org/tlog-proof@v1.",
        "checkpoint": "the checkpoint is not a signed note that states origin, size and root hash.",
        "absent": "there is no entry: name its file.",
        "opening": "{path} does not hold field, salt and value.",
        "unsigned": "the checkpoint is not signed by the ledger's key that was named.",
        "false": "the signature under the name {name} is false.",
        "witnesses": "{found} of the {needed} witnesses needed have cosigned.",
        "path": "the entry is not the one that was logged, or the proof was altered.",
        "entry": "what was logged is not an entry, or calls itself another one.",
        "commitment": "the entry commits to another value of {field}, or to none.",
    },
    "de": {
        "yes": "STIMMT: Eintrag {index} steht im Protokoll {origin}, das {size} Einträge hatte.",
        "no": "STIMMT NICHT: {why}",
        "unread": "NICHT LESBAR: {why}",
        "log": "Signiert mit dem Schlüssel des Protokolls, {key}.",
        "witness": "Gegengezeichnet von {key} am {at} UTC.",
        "alone": "Kein Zeuge wurde genannt: Dass alle dieselbe Geschichte sahen, verbürgt allein der Betreiber.",
        "open": "{field} ist der Wert, auf den der Eintrag festgelegt ist: {value}",
        "says": "Der Eintrag lautet: {entry}",
        "limit": "Bewiesen ist, dass der Eintrag dort stand und seither unverändert ist; nicht, dass er wahr ist.",
        "file": "{path} ({detail}).",
        "key": "{line} is not a key of the form name+id+key, or one for something else (ledger, witness).",
        "proof": "Der Beweis hat nicht die Form c2sp.org/tlog-proof@v1.",
        "checkpoint": "Der Prüfpunkt ist keine signierte Notiz, die Herkunft, Größe und Wurzel nennt.",
        "absent": "Es gibt keinen Eintrag: Seine Datei ist zu nennen.",
        "opening": "{path} enthält nicht field, salt und value.",
        "unsigned": "Der Prüfpunkt ist nicht mit dem genannten Schlüssel des Protokolls signiert.",
        "false": "Die Signatur unter dem Namen {name} ist falsch.",
        "witnesses": "{found} der {needed} nötigen Zeugen haben gegengezeichnet.",
        "path": "Der Eintrag ist nicht der aufgezeichnete, oder der Beweis wurde verändert.",
        "entry": "Was aufgezeichnet wurde, ist kein Eintrag oder nennt sich einen anderen.",
        "commitment": "Der Eintrag ist auf einen anderen Wert von {field} festgelegt oder auf keinen.",
    },
}


class VerdictError(Exception):
    """Why nothing is proved: exit status, text, and what the text names."""

    def __init__(self, status: int, text: str, **values: object) -> None:
        super().__init__(text)
        self.status, self.text, self.values = status, text, values


class Key(NamedTuple):
    """A public key as its line states it."""

    name: str
    id: bytes
    kind: int
    public: bytes


class Checkpoint(NamedTuple):
    """What a ledger signed, and by whom else it was signed."""

    text: str
    origin: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes, bytes]]


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """Return the point added to itself that many times; nothing here is secret, so time may tell."""
    total = NEUTRAL
    while factor:
        if factor & 1:
            total = add(total, point)
        point, factor = add(point, point), factor >> 1
    return total


def unpack(data: bytes) -> Point | None:
    """Return the point that 32 bytes spell; None for none, and for any but the one right spelling."""
    number = int.from_bytes(data, "little")
    y, odd = number & (1 << 255) - 1, number >> 255
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and odd):
        return None
    return (x, y, 1, x * y % P) if x & 1 == odd else (P - x, y, 1, (P - x) * y % P)


def pack(point: Point) -> bytes:
    """Return the 32 bytes that spell a point."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


#: its y is 4/5, its x even
BASE = unpack((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or NEUTRAL


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the Ed25519 signature (RFC 8032, no cofactor, strict spelling) is that key's over the message."""
    point, s = unpack(public), int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or s >= ORDER or pack(times(8, point)) == pack(NEUTRAL):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    negative = (P - point[0], point[1], 1, P - point[3])
    return pack(add(times(s, BASE), times(h, negative))) == signature[:32]


def plain_base64(text: str) -> bytes | None:
    """Return what the base64 stands for; None if it is none, or not the one spelling of those bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def whole(text: str) -> int | None:
    """Return a number of ASCII digits without leading zero, below 2^63; else None."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or (text[0] == "0" and text != "0"):
        return None
    return int(text) if int(text) < 2**63 else None


def is_name(name: str) -> bool:
    """Tell whether a signature line can carry the name."""
    return bool(name) and not any(mark.isspace() or mark == "+" or mark < " " for mark in name)


def read_key(text: str, kind: int) -> Key:
    """Return the key that a line states: kind 1 for a ledger's, 4 for a witness's."""
    name, _, rest = text.strip().partition("+")
    key_id, _, spelt = rest.partition("+")
    data = plain_base64(spelt) or b""
    expected = hashlib.sha256(name.encode(errors="replace") + b"\n" + data).digest()[:4]
    if not is_name(name) or len(data) != 33 or data[0] != kind or key_id != expected.hex() or unpack(data[1:]) is None:
        raise VerdictError(UNREAD, "key", line=text)
    return Key(name, expected, kind, data[1:])


def read_proof(data: bytes) -> tuple[int, list[bytes], bytes, bytes]:
    """Return index, path, extra data and the checkpoint's note."""
    head, gap, note = data.partition(b"\n\n")
    first, *lines = head.decode("ascii", "replace").split("\n")
    extra: bytes | None = b""
    if lines and lines[0].startswith("extra "):
        extra = plain_base64(lines.pop(0)[6:]) or None
    if not gap or not head.isascii() or first != "c2sp.org/tlog-proof@v1" or not lines or extra is None:
        raise VerdictError(UNREAD, "proof")
    index = whole(lines[0][6:]) if lines[0].startswith("index ") else None
    path = [part for part in map(plain_base64, lines[1:]) if part is not None and len(part) == 32]
    if index is None or len(path) != len(lines) - 1 or len(path) > 63:
        raise VerdictError(UNREAD, "proof")
    return index, path, extra, note


def read_checkpoint(data: bytes) -> Checkpoint:
    """Return the checkpoint that a signed note states, its signatures unchecked."""
    try:
        body, gap, lines = data.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise VerdictError(UNREAD, "checkpoint") from None
    if not gap or not lines.endswith("\n") or lines.count("\n") > 100 or any(c < " " and c != "\n" for c in body):
        raise VerdictError(UNREAD, "checkpoint")
    signatures = []
    for line in lines[:-1].split("\n"):
        name, space, text = line[2:].partition(" ")
        value = plain_base64(text)
        if line[:2] != "— " or not space or not is_name(name) or value is None or len(value) < 5:
            raise VerdictError(UNREAD, "checkpoint")
        signatures.append((name, value[:4], value[4:]))
    stated = body.split("\n")
    size = whole(stated[1]) if len(stated) > 2 and all(stated) else None
    root = plain_base64(stated[2]) if size is not None else None
    if size is None or root is None or len(root) != 32:
        raise VerdictError(UNREAD, "checkpoint")
    return Checkpoint(body + "\n", stated[0], size, root, signatures)


def spell(value: object) -> bytes:
    """Return the canonical spelling: sorted keys, no blanks, UTF-8; `read_json` refused what has none."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def no_float(text: str) -> NoReturn:
    """Refuse what isn't a whole number."""
    raise ValueError(text)


def read_json(data: bytes) -> Any:
    """Return the value; ValueError for none, for fractions, and for nesting beyond reason."""
    try:
        return json.loads(data.decode(), parse_float=no_float, parse_constant=no_float)
    except RecursionError:
        raise ValueError from None


def read_file(path: str) -> bytes:
    """Return a file's content."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise VerdictError(UNREAD, "file", path=path, detail=getattr(error, "strerror", None) or error) from None
    if len(data) > LARGEST:
        raise VerdictError(UNREAD, "file", path=path, detail=f"> {LARGEST}")
    return data


def check_signatures(checkpoint: Checkpoint, keys: list[Key]) -> dict[Key, int]:
    """Return the keys that signed, with the time for a witness; a false signature under a known key is the end."""
    found: dict[Key, int] = {}
    for name, key_id, value in checkpoint.signatures:
        for key in keys:
            if (key.name, key.id) != (name, key_id):
                continue
            at, signature, message = 0, value, checkpoint.text
            if key.kind == 4:
                at, signature = int.from_bytes(value[:8], "big"), value[8:]
                message = f"cosignature/v1\ntime {at}\n{message}"
            if at >= 2**63 or not signed(key.public, message.encode(), signature):
                raise VerdictError(UNVERIFIED, "false", name=name)
            found.setdefault(key, at)
    return found


def leads(index: int, size: int, digest: bytes, path: list[bytes], root: bytes) -> bool:
    """Tell whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2)."""
    inside, last = index < size, size - 1
    for part in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            digest = hashlib.sha256(b"\1" + part + digest).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            digest = hashlib.sha256(b"\1" + digest + part).digest()
        index, last = index >> 1, last >> 1
    return inside and last == 0 and digest == root


def check_entry(body: bytes, index: int) -> dict[str, Any]:
    """Return the entry that was logged; it says of itself which one it is."""
    try:
        entry = read_json(body)
        same = spell(entry) == body
    except (ValueError, RecursionError):
        raise VerdictError(UNVERIFIED, "entry") from None
    if not same or not isinstance(entry, dict) or type(entry.get("seq")) is not int or entry["seq"] != index:
        raise VerdictError(UNVERIFIED, "entry")
    return entry


def check_opening(entry: dict[str, Any], path: str) -> tuple[str, str]:
    """Return field and value of an opening file, which must be what the entry commits to."""
    try:
        opening = read_json(read_file(path))
        field, salt, value = str(opening["field"]), bytes.fromhex(opening["salt"]), spell(opening["value"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise VerdictError(UNREAD, "opening", path=path) from None
    place: Any = entry
    for key in field.split("."):
        inside = {str(number): part for number, part in enumerate(place)} if isinstance(place, list) else place
        place = inside.get(key) if isinstance(inside, dict) else None
    digest = hmac.new(salt, value, hashlib.sha256).hexdigest()
    if len(salt) != 32 or place != {"commitment": digest}:
        raise VerdictError(UNVERIFIED, "commitment", field=field)
    return field, value.decode()


def judge(options: argparse.Namespace) -> list[Said]:
    """Return what is proved, as texts with their values; raise if it isn't."""
    logs = [read_key(text, 1) for text in options.log]
    witnesses = list(dict.fromkeys(read_key(text, 4) for text in options.witness))
    needed = len(witnesses) if options.needed is None else options.needed
    index, path, extra, note = read_proof(read_file(options.proof))
    body = read_file(options.entry) if options.entry else extra
    if not body:
        raise VerdictError(UNREAD, "absent")
    checkpoint = read_checkpoint(note)
    own = [key for key in logs if key.name == checkpoint.origin]
    found = check_signatures(checkpoint, [*own, *witnesses])
    if not found.keys() & own:
        raise VerdictError(UNVERIFIED, "unsigned")
    # one key under two names is one witness
    seen = {key.public for key in found if key.kind == 4}
    if len(seen) < needed:
        raise VerdictError(UNVERIFIED, "witnesses", found=len(seen), needed=needed)
    leaf = hashlib.sha256(b"\0" + body).digest()
    if not leads(index, checkpoint.size, leaf, path, checkpoint.root):
        raise VerdictError(UNVERIFIED, "path")
    entry = check_entry(body, index)
    said: list[Said] = [("yes", {"index": index, "origin": checkpoint.origin, "size": checkpoint.size})]
    for key, at in found.items():
        text = "log" if key.kind == 1 else "witness"
        said.append((text, {"key": f"{key.name}+{key.id.hex()}", "at": moment(at)}))
    said += [] if witnesses else [("alone", {})]
    for file in options.opening:
        field, value = check_opening(entry, file)
        said.append(("open", {"field": field, "value": value}))
    return [*said, ("says", {"entry": body.decode()}), ("limit", {})]


def moment(at: int) -> str:
    """Return a time in words; what lies beyond the calendar stays a number."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}" if at < 253402300800 else str(at)


def visible(value: object) -> str:
    """Return a text whose every character can be seen: an entry must not steer the terminal that shows it."""
    return "".join(mark if mark.isprintable() else f"\\u{ord(mark):04x}" for mark in str(value))


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Return what was asked for; wrong arguments end with status 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("proof")
    parser.add_argument("entry", nargs="?")
    parser.add_argument("--log", action="append", required=True, metavar="KEY")
    parser.add_argument("--witness", action="append", default=[], metavar="KEY")
    parser.add_argument("--needed", type=int, metavar="N")
    parser.add_argument("--opening", action="append", default=[], metavar="FILE")
    wanted = os.environ.get("LOCUM_LANG", "en")
    parser.add_argument("--language", choices=sorted(TEXTS), default=wanted if wanted in TEXTS else "en")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Return the exit status, after saying what was found."""
    options = read_arguments(arguments)
    texts = TEXTS[options.language]
    try:
        said, status = judge(options), 0
    except VerdictError as verdict:
        why = texts[verdict.text].format(**{name: visible(value) for name, value in verdict.values.items()})
        said, status = [("no" if verdict.status == UNVERIFIED else "unread", {"why": why})], verdict.status
    lines = [texts[key].format(**{name: visible(value) for name, value in shown.items()}) for key, shown in said]
    sys.stdout.buffer.write(("\n  ".join(lines) + "\n").encode(errors="backslashreplace"))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
