"""Why a value does not have the form it should have, said in our own words."""

import re

from bot.i18n import Phrase, phrase

_WRONG = re.compile(r"Expected `([^`]+)`, got `[^`]*`(?: - at `\$\.?([^`]*)`)?")
_MISSING = re.compile(r"Object missing required field `([^`]+)`")
_PLACE = re.compile(r" - at `\$\.([A-Za-z_]\w*)")
_EXPECTED = {
    frozenset({"str"}): "text",
    frozenset({"int"}): "number",
    frozenset({"float", "int"}): "number",
    frozenset({"str", "int"}): "id",
    frozenset({"str", "float"}): "id",
    frozenset({"bool"}): "truth",
    frozenset({"array"}): "list",
    frozenset({"str", "array"}): "texts",
    frozenset({"object"}): "object",
}


def field_of(told: str) -> str:
    """Return the outermost key that an error speaks of; nothing when it speaks of the whole."""
    found = _PLACE.search(told)
    return found[1] if found else ""


def reason_of(told: str) -> Phrase:
    """Return a decoder's error as a phrase that names the key and what was expected there."""
    if found := _MISSING.search(told):
        return phrase("archive.field_missing", field=found[1])
    found = _WRONG.search(told)
    key = found[2] if found else field_of(told)
    if found and key:
        kinds = frozenset(found[1].split(" | ")) - {"null"}
        return phrase(f"archive.expected_{_EXPECTED.get(kinds, 'other')}", field=key.replace("[...]", ""))
    return phrase("archive.expected_other", field=key) if key else phrase("archive.wrong_form")
