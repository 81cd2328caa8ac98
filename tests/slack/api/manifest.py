"""An app's manifest: what Slack would say to it, by its limits and by the scopes and events that it knows."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from tests.slack.api.calling import Call, Handler
from tests.slack.description import described_in
from tests.slack.errors import Refused
from tests.slack.things import JSON

#: what a manifest may hold, by where it stands
KNOWN: Mapping[str, frozenset[str]] = {
    "": frozenset({"_metadata", "display_information", "features", "oauth_config", "settings", "functions"}),
    "display_information": frozenset({"name", "description", "background_color", "long_description"}),
    "features": frozenset({"app_home", "bot_user", "shortcuts", "slash_commands", "unfurl_domains"}),
    "features/app_home": frozenset(
        {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"}
    ),
    "features/bot_user": frozenset({"display_name", "always_online"}),
    "oauth_config": frozenset({"redirect_urls", "scopes", "token_management_enabled"}),
    "oauth_config/scopes": frozenset({"bot", "user", "bot_optional", "user_optional"}),
    "settings": frozenset(
        {"allowed_ip_address_ranges", "event_subscriptions", "interactivity", "org_deploy_enabled",
         "socket_mode_enabled", "token_rotation_enabled", "is_hosted"}
    ),
    "settings/event_subscriptions": frozenset({"request_url", "bot_events", "user_events", "metadata_subscriptions"}),
    "settings/interactivity": frozenset({"is_enabled", "request_url", "message_menu_options_url"}),
}  # fmt: skip
#: texts with their shortest and longest
TEXTS: Mapping[str, tuple[int, int]] = {
    "display_information/name": (1, 35), "display_information/description": (0, 140),
    "display_information/long_description": (174, 4000), "features/bot_user/display_name": (1, 80),
}  # fmt: skip
#: scopes of which no method speaks
OF_NO_METHOD = frozenset(
    {"commands", "incoming-webhook", "app_mentions:read", "chat:write.public", "chat:write.customize", "links:read",
     "links:write", "links.embed:write", "metadata.message:read", "users:read.email"}
)  # fmt: skip
#: messages by the kind of conversation
MESSAGES = frozenset(f"message.{kind}" for kind in ("channels", "groups", "im", "mpim", "app_home"))

Wrong = Iterator[tuple[str, str]]


def wrong(manifest: Any) -> Sequence[tuple[str, str]]:
    """Return what is wrong with a manifest: what, and where."""
    if not isinstance(manifest, dict):
        return [("must be an object", "/")]
    return [*_places(manifest), *_texts(manifest), *_scopes(manifest), *_events(manifest), *_entries(manifest)]


def at(manifest: Any, path: str) -> Any:
    """Return what stands somewhere in a manifest; None where nothing does."""
    for name in path.split("/") if path else ():
        manifest = manifest.get(name) if isinstance(manifest, dict) else None
    return manifest


def _places(manifest: Mapping[str, Any]) -> Wrong:
    for path, known in KNOWN.items():
        found = at(manifest, path)
        if found is not None and not isinstance(found, dict):
            yield "must be an object", f"/{path}"
        if isinstance(found, dict):
            yield from ((f"unknown: {name}", f"/{path}") for name in sorted(str(one) for one in found.keys() - known))
    if at(manifest, "display_information/name") is None:
        yield "is missing", "/display_information/name"


def _texts(manifest: Mapping[str, Any]) -> Wrong:
    for path, (shortest, longest) in TEXTS.items():
        text = at(manifest, path)
        if text is not None and (not isinstance(text, str) or not shortest <= len(text) <= longest):
            yield f"must have {shortest} to {longest} signs", f"/{path}"


def _scopes(manifest: Mapping[str, Any]) -> Wrong:
    known = scopes()
    for kind in ("bot", "user"):
        for scope in _strings(at(manifest, f"oauth_config/scopes/{kind}")):
            if known and scope not in known[kind] | OF_NO_METHOD:
                yield f"no scope of a {kind}: {scope}", f"/oauth_config/scopes/{kind}"
    if _strings(at(manifest, "oauth_config/scopes/bot")) and at(manifest, "features/bot_user") is None:
        yield "is missing", "/features/bot_user"


def _events(manifest: Mapping[str, Any]) -> Wrong:
    known = events()
    for kind in ("bot_events", "user_events"):
        for event in _strings(at(manifest, f"settings/event_subscriptions/{kind}")):
            if known and event not in known:
                yield f"no event: {event}", f"/settings/event_subscriptions/{kind}"
    if at(manifest, "settings/socket_mode_enabled"):
        return
    for path in ("settings/event_subscriptions", "settings/interactivity"):
        if at(manifest, path) is not None and not at(manifest, f"{path}/request_url"):
            yield "is missing without sockets", f"/{path}/request_url"


def _entries(manifest: Mapping[str, Any]) -> Wrong:
    for index, one in enumerate(_list(at(manifest, "features/slash_commands"))):
        where = f"/features/slash_commands/{index}"
        if not re.fullmatch(r"/[^\sA-Z/]{1,31}", str(at(one, "command"))):
            yield "must begin with a slash and have up to 32 small letters", f"{where}/command"
        if not 0 < len(str(at(one, "description") or "")) <= 2000:
            yield "must have 1 to 2000 signs", f"{where}/description"
    for index, one in enumerate(_list(at(manifest, "features/shortcuts"))):
        where = f"/features/shortcuts/{index}"
        if at(one, "type") not in ("message", "global"):
            yield "must be message or global", f"{where}/type"
        for name, longest in (("name", 24), ("callback_id", 255), ("description", 150)):
            if not 0 < len(str(at(one, name) or "")) <= longest:
                yield f"must have 1 to {longest} signs", f"{where}/{name}"


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _strings(value: Any) -> Sequence[str]:
    return [str(one) for one in _list(value)]


@cache
def scopes() -> Mapping[str, frozenset[str]]:
    """Return every scope that Slack describes by the kind of token; nothing where there is no description."""
    found: dict[str, set[str]] = {"bot": set(), "user": set()}
    paths = sorted((described_in() / "methods").glob("*.json"))
    for path in paths:
        for kind, named in json.loads(path.read_text("utf-8")).get("scopes", {}).items():
            found[kind] |= {one["name"] for one in named}
    return {kind: frozenset(named) for kind, named in found.items()} if paths else {}


@cache
def events() -> frozenset[str]:
    """Return every event that Slack describes; nothing where there is no description."""
    paths = (described_in() / "events").glob("*Payload.json")
    names = {re.sub(r"(?<!^)(?=[A-Z])", "_", path.name.removesuffix("Payload.json")).lower() for path in paths}
    return frozenset(names | MESSAGES) if names else frozenset()


def validate(call: Call) -> JSON:
    """Say whether a manifest is one."""
    found = wrong(call.structure("manifest", "invalid_manifest"))
    if found:
        raise Refused("invalid_manifest", errors=[{"message": what, "pointer": where} for what, where in found])
    return {"errors": []}


METHODS: Mapping[str, Handler] = {
    "apps.manifest.validate": validate,
}
