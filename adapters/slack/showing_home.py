"""App Home: what waits, what its reader may do, what can be done here, and who stands behind the scenes."""

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.slack.answering import language_of
from adapters.slack.calls import Json, called
from adapters.slack.capabilities import capabilities_of
from adapters.slack.cards import Block, blocks, words
from adapters.slack.contents import text_in
from adapters.slack.members import account_ref
from adapters.slack.text import cut, moment
from adapters.slack.text import plain as visible
from bot.domain.command import Invocation, Reply
from bot.errors import LocumError
from bot.i18n import say
from bot.ports import Feed

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected

#: blocks of one view, and of one part of it: what is there for everybody stands at the end and always has its room
_BLOCKS, _PART = 100, 12
#: what staff are shown, by the headline above it; members are shown the rest
_FOR_STAFF = {"slack.home_queues": "case.list", "slack.home_shift": "shift.show", "slack.home_may": "mod.may"}
_FOR_EVERYBODY = {"slack.home_team": "everyone.team", "": "everyone.write"}


async def home_opened(workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
    """Show somebody their home, anew each time that they open it."""
    if event.get("tab") not in (None, "home"):
        return
    user = text_in(event, "user")
    language = await language_of(workspace, user)
    shown = await home_of(workspace, feed, user, language, text_in(event, "event_id") or text_in(event, "event_ts"))
    view = {"type": "home", "blocks": shown[:_BLOCKS]}
    await called(workspace.door, "views.publish", user_id=user, view=view)


async def home_of(
    workspace: "WorkspaceConnected", feed: Feed, user: str, language: str, event: str
) -> list[Block]:  # fmt: skip
    """Return somebody's home; what they may not see isn't in it, for each part is asked for as by them."""
    now, home = workspace.door.clock.now(), workspace.door.home
    common = Invocation(
        community=home.community, id=f"{event}:{user}", account=account_ref(home.workspace, user), command="",
        connection=home.connection, language=language,
    )  # fmt: skip

    async def ask(command: str) -> Reply:
        return await _asked(workspace, feed, replace(common, command=command, id=f"{common.id}:{command}"))

    found = [_head(say("slack.home_title", language))]
    when = moment(now, now.strftime("%Y-%m-%d %H:%M UTC"))
    aged = {"type": "mrkdwn", "text": say("slack.home_old", language, when=when), "verbatim": True}
    found.append({"type": "context", "elements": [aged]})
    # who doesn't moderate asks for nothing that only those may see who do
    if (await ask("everyone.home")).done:
        for headline, command in _FOR_STAFF.items():
            reply = await ask(command)
            found += [_head(say(headline, language)), *_shown(reply, language)]
        found += _abilities(workspace, language)
    for headline, command in _FOR_EVERYBODY.items():
        reply = await ask(command)
        found += [*([_head(say(headline, language))] if headline else []), *_shown(reply, language)]
    return found


def _shown(reply: Reply, language: str) -> list[Block]:
    return [*words(reply.text), *([] if reply.card is None else blocks(reply.card, language, most=_PART))]


def _abilities(workspace: "WorkspaceConnected", language: str) -> list[Block]:
    lines = [
        f"• {say(f'doctor.ability_{one.ability.value}', language)}: {say(f'doctor.way_{one.way.value}', language)}"
        for one in capabilities_of(workspace.door)
    ]
    return [_head(say("slack.home_can", language)), *words("\n".join(lines))]


async def _asked(workspace: "WorkspaceConnected", feed: Feed, invocation: Invocation) -> Reply:
    """Return what somebody is answered; what can't be said now is said as such, beside all the rest."""
    try:
        return await feed.give(invocation)
    except LocumError as error:
        workspace.door.home.tell(error)
        return Reply(text=say("slack.no_answer", invocation.language), done=False)


def _head(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": cut(visible(text), 150), "emoji": False}}
