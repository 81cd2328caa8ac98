"""What belongs to no larger group: who calls, the workspace, pins, reactions, search, and apps themselves."""

import re
from collections.abc import Mapping

from tests.slack import shapes
from tests.slack.api.calling import Call, Handler
from tests.slack.errors import Refused
from tests.slack.things import JSON, Channel, PostedMessage, Token

#: what is pinned in one channel
MOST_PINS = 100


def auth_test(call: Call) -> JSON:
    """Say as whom the call acts."""
    if call.token.kind == "app":
        return {"app_name": call.app.name, "app_id": call.app.id}
    workspace, user = call.workspace, call.caller
    shown: JSON = {
        "url": f"https://{workspace.domain}.slack.com/", "team": workspace.domain, "user": user.name,
        "team_id": workspace.id, "user_id": user.id, "is_enterprise_install": False,
    }  # fmt: skip
    return shown | ({"bot_id": user.bot_id} if call.is_bot else {})


def revoke(call: Call) -> JSON:
    """Make the token that calls worthless."""
    if call.flag("test"):
        return {"revoked": False}
    call.world.revoke(call.token.text)
    return {"revoked": True}


def connections_open(call: Call) -> JSON:
    """Say where a socket may be opened."""
    if not call.app.socket_mode:
        raise Refused("forbidden_team")
    return {"url": call.world.connect(call.app)}


def uninstall(call: Call) -> JSON:
    """Remove the app from the workspace."""
    if call.text("client_id") != call.app.id:
        raise Refused("client_id_token_mismatch")
    if call.text("client_secret") != call.app.client_secret:
        raise Refused("bad_client_secret")
    call.world.uninstall(call.app, call.workspace.id)
    return {}


def oauth(call: Call) -> JSON:
    """Hand out tokens for a code, once."""
    app = call.world.apps.get(call.text("client_id"))
    if app is None:
        raise Refused("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise Refused("bad_client_secret")
    bot, user = call.world.codes.get(call.text("code"), (None, None))
    if bot is None or bot.app_id != app.id:
        raise Refused("invalid_code")
    del call.world.codes[call.text("code")]
    workspace = call.world.workspaces[bot.team_id]
    authed: JSON = {"id": workspace.owner if user is None else user.user_id}
    if user is not None:
        authed |= {"scope": ",".join(sorted(user.scopes)), "access_token": user.text, "token_type": "user"}
    return {
        "app_id": app.id, "authed_user": authed, "scope": ",".join(sorted(bot.scopes)), "token_type": "bot",
        "access_token": bot.text, "bot_user_id": bot.user_id, "enterprise": None, "is_enterprise_install": False,
        "team": {"id": workspace.id, "name": workspace.domain},
    }  # fmt: skip


def team(call: Call) -> JSON:
    """Show the workspace."""
    if call.text("team", call.workspace.id) != call.workspace.id:
        raise Refused("team_not_found")
    host = f"{call.workspace.domain}.slack.com"
    shown = {"id": call.workspace.id, "name": call.workspace.domain, "domain": call.workspace.domain}
    return {"team": shown | {"url": f"https://{host}/", "email_domain": "", "icon": {}, "is_verified": False}}


def bot_info(call: Call) -> JSON:
    """Show an app's bot."""
    for app in call.world.apps.values():
        bot = app.bots.get(call.workspace.id)
        if bot is not None and bot.id == call.text("bot"):
            gone = call.workspace.users[bot.user_id].deleted
            about = {"id": bot.id, "deleted": gone, "name": app.name, "updated": 0, "app_id": app.id}
            return {"bot": about | {"user_id": bot.user_id, "icons": {}}}
    raise Refused("bot_not_found")


def pin(call: Call) -> JSON:
    """Keep a message in sight."""
    channel, message = _item(call)
    if message.ts in channel.pins:
        raise Refused("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise Refused("too_many_pins")
    call.workspace.pin(channel.id, message.ts, call.token.user_id)
    return {}


def unpin(call: Call) -> JSON:
    """Keep a message in sight no longer."""
    channel, message = _item(call)
    if message.ts not in channel.pins:
        raise Refused("no_pin")
    call.workspace.pin(channel.id, message.ts, call.token.user_id, gone=True)
    return {}


def react(call: Call) -> JSON:
    """Put a reaction to a message."""
    channel, message = _item(call)
    name = call.text("name")
    if not re.fullmatch(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?", name):
        raise Refused("invalid_name")
    if channel.is_archived:
        raise Refused("is_archived")
    if call.token.user_id in message.reactions.get(name, ()):
        raise Refused("already_reacted")
    call.workspace.react(channel.id, message.ts, call.token.user_id, name)
    return {}


def reactions(call: Call) -> JSON:
    """Show a message with its reactions."""
    channel, message = _item(call)
    link = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    shown = shapes.message(call.workspace, channel, message, metadata=False) | {"permalink": link}
    return {"type": "message", "channel": channel.id, "message": shown}


def _item(call: Call) -> tuple[Channel, PostedMessage]:
    channel = call.channel(member=call.is_bot)
    if not call.text("timestamp"):
        raise Refused("no_item_specified")
    ts = call.ts("timestamp", "bad_timestamp")
    return channel, call.workspace.message(channel.id, ts)


def search(call: Call) -> JSON:
    """Find messages that a user can see by their words, `from:` and `in:`; new ones take a while to be found."""
    words = call.text("query").split()
    if not words:
        raise Refused("no_query")
    until = shapes.ts_of(int((call.world.now() - call.workspace.search_lags).timestamp() * 1_000_000))
    found = [
        (channel, message)
        for channel in call.workspace.channels.values()
        if call.sees(channel)
        for message in channel.messages.values()
        if shapes.number(message.ts) <= shapes.number(until) and _matches(call, words, channel, message)
    ]
    found.sort(key=lambda one: shapes.number(one[1].ts), reverse=call.text("sort_dir", "desc") == "desc")
    count = call.count("count", 20, 100)
    at = call.count("page", 1, 100)
    shown = [_match(call, *one) for one in found[(at - 1) * count : at * count]]
    pages = max(1, -(-len(found) // count))
    paging = {"count": count, "total": len(found), "page": at, "pages": pages}
    return {"query": call.text("query"), "messages": {"total": len(found), "matches": shown, "paging": paging}}


def _matches(call: Call, words: list[str], channel: Channel, message: PostedMessage) -> bool:
    user = call.workspace.users.get(message.user)
    name = "" if user is None else user.name
    for word in words:
        if word.startswith("from:"):
            if word.removeprefix("from:").strip("<@>") not in {message.user, name}:
                return False
        elif word.startswith("in:"):
            if word.removeprefix("in:").strip("<#>") not in {channel.id, channel.name}:
                return False
        elif word.strip('"').lower() not in message.text.lower():
            return False
    return True


def _match(call: Call, channel: Channel, message: PostedMessage) -> JSON:
    link = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    where = {"id": channel.id, "name": channel.name, "is_private": channel.is_private, "is_mpim": channel.is_mpim}
    return {
        "iid": f"{channel.id}-{message.ts}", "team": message.team, "channel": where, "type": "message",
        "user": message.user, "username": "", "ts": message.ts, "text": message.text, "permalink": link,
    }  # fmt: skip


#: what calls a method that takes no token
NOBODY = Token(text="", kind="", app_id="")

METHODS: Mapping[str, Handler] = {
    "auth.test": auth_test,
    "auth.revoke": revoke,
    "apps.connections.open": connections_open,
    "apps.uninstall": uninstall,
    "oauth.v2.access": oauth,
    "team.info": team,
    "bots.info": bot_info,
    "pins.add": pin,
    "pins.remove": unpin,
    "reactions.add": react,
    "reactions.get": reactions,
    "search.messages": search,
}
