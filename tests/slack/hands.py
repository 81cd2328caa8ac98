"""What people do in Slack's client, each with the rights that they have there; and what they see.

Everybody is named by the id of their account, every channel by its own. What somebody may not do is refused with
Slack's own error (`Refused`); what a client doesn't even offer is an `ImpossibleError`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.slack import elements, payloads, shapes, standing, usergroups, using, views, writing
from tests.slack.elements import ImpossibleError
from tests.slack.errors import Refused
from tests.slack.payloads import Asking
from tests.slack.things import JSON, App, Ephemeral, PostedMessage
from tests.slack.uses import Kind, Use
from tests.slack.using import Asker
from tests.slack.views import View
from tests.slack.workspace import Workspace
from tests.slack.world import World


@dataclass(kw_only=True)
class Hands:
    """Everybody's hands and eyes."""

    #: where they are
    world: World
    #: what they ask of apps
    asker: Asker

    # talking

    def say(
        self, user: str, channel: str, words: str = "", *, thread: str | None = None, broadcast: bool = False,
        files: Mapping[str, bytes] | None = None, text: str | None = None, blocks: Sequence[JSON] | None = None,
    ) -> str:  # fmt: skip
        """Let somebody say something, in a thread or not, and return its ts.

        `words` are what is typed; `text` and `blocks` are what another client sent, which makes of them what it likes.
        """
        workspace, place = standing.may_speak(self.world, user, channel, thread)
        found, shown = writing.typed(workspace, words)
        held = [workspace.add_file(user, name, content).id for name, content in (files or {}).items()]
        sent = list(blocks) if blocks is not None else shown if text is None else []
        said = workspace.post(
            channel, user, found if text is None else text, thread_ts=thread, broadcast=broadcast, files=held,
            blocks=sent, subtype="file_share" if held else None, client_msg_id=str(uuid4()),
            more=standing.shown_elsewhere(workspace, place, user),
        )  # fmt: skip
        return said.ts

    def me(self, user: str, channel: str, words: str) -> str:
        """Let somebody say what they do, with `/me`, and return its ts."""
        workspace, place = standing.may_speak(self.world, user, channel, None)
        text, _ = writing.typed(workspace, words)
        more = standing.shown_elsewhere(workspace, place, user)
        return workspace.post(channel, user, text, subtype="me_message", more=more).ts

    def edit(self, user: str, channel: str, ts: str, words: str) -> None:
        """Let somebody change what they said."""
        workspace, _ = standing.there(self.world, user, channel)
        if workspace.message(channel, ts).user != user:
            raise Refused("cant_update_message")
        text, blocks = writing.typed(workspace, words)
        workspace.edit(channel, ts, by=user, text=text, blocks=blocks)

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Let somebody delete a message: their own, or as an admin another's, but none of another workspace."""
        workspace, _ = standing.there(self.world, user, channel)
        message, account = workspace.message(channel, ts), workspace.users[user]
        ours = message.team in {"", workspace.id}
        if message.user != user and not (standing.is_admin(account) and ours):
            raise Refused("cant_delete_message")
        workspace.delete(channel, ts, by=user)

    def delete_file(self, user: str, channel: str, file_id: str) -> None:
        """Let somebody delete a file: their own, or as an admin another's."""
        workspace, _ = standing.there(self.world, user, channel)
        if workspace.files[file_id].user != user and not standing.is_admin(workspace.users[user]):
            raise Refused("cant_delete_file")
        workspace.delete_file(file_id, by=user)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Let somebody put a reaction to a message."""
        standing.there(self.world, user, channel)[0].react(channel, ts, user, name)

    def unfurl(self, channel: str, ts: str, url: str, *, title: str = "", text: str = "") -> None:
        """Let Slack add the preview of a link to a message, some seconds after it was said."""
        workspace, _ = standing.where(self.world, channel)
        message = workspace.message(channel, ts)
        preview = {
            "from_url": url, "original_url": url, "service_name": url.split("/")[2], "id": len(message.attachments) + 1,
            "fallback": title, "title": title, "title_link": url, "text": text,
        }  # fmt: skip
        workspace.edit(channel, ts, unfurled=True, attachments=[*message.attachments, preview])

    # coming and going

    def join(self, user: str, channel: str) -> None:
        """Let somebody join a public channel."""
        workspace, place = standing.where(self.world, channel)
        account = standing.acting(workspace, user)
        if place.is_private or account.guest or account.is_stranger:
            raise Refused("channel_not_found")
        workspace.join(channel, user)

    def leave(self, user: str, channel: str) -> None:
        """Let somebody leave a channel."""
        workspace, place = standing.there(self.world, user, channel)
        if place.is_general:
            raise Refused("cant_leave_general")
        workspace.leave(channel, user)

    def invite(self, user: str, channel: str, other: str) -> None:
        """Let somebody bring another into a channel in which they are."""
        standing.there(self.world, user, channel)[0].join(channel, other, inviter=user)

    def kick(self, user: str, channel: str, other: str) -> None:
        """Let somebody remove another from a channel."""
        workspace, place = standing.there(self.world, user, channel)
        account = workspace.users[user]
        if place.is_general:
            raise Refused("cant_kick_from_general")
        if not standing.is_admin(account) and (account.guest or workspace.may_kick == "admin"):
            raise Refused("restricted_action")
        workspace.leave(channel, other, by=user)

    def rename(self, user: str, **names: str) -> None:
        """Let somebody change what they are called or say of themselves: `display_name`, `title` and so on."""
        workspace, account = self.world.user(user)
        standing.acting(workspace, account.id)
        workspace.change_user(user, **names)

    def meet(self, channel: str, name: str, team_id: str = "T0ELSEWHERE", **fields: Any) -> str:
        """Let somebody of another workspace come into a channel that both share from now on, and return their id."""
        workspace, place = standing.where(self.world, channel)
        found = workspace.add_user(name, team_id=team_id, is_stranger=True, told=False, **fields)
        place.is_ext_shared = True
        if team_id not in place.connected_team_ids:
            place.connected_team_ids.append(team_id)
        workspace.join(channel, found.id)
        return found.id

    # what admins do by hand

    def deactivate(self, admin: str, user: str) -> None:
        """Let an admin deactivate somebody."""
        standing.over(self.world, admin, user).change_user(user, by=admin, deleted=True)

    def reactivate(self, admin: str, user: str) -> None:
        """Let an admin bring somebody back, who is in no channel then."""
        standing.over(self.world, admin, user).change_user(user, by=admin, deleted=False)

    def promote(self, admin: str, user: str, *, to_admin: bool = True) -> None:
        """Let an admin make somebody an admin, or one no longer."""
        standing.over(self.world, admin, user).change_user(user, by=admin, is_admin=to_admin)

    def group(self, admin: str, handle: str, members: Sequence[str]) -> str:
        """Let an admin say who is in a group, which may be new, and return its id."""
        workspace, account = self.world.user(admin)
        if not standing.is_admin(account):
            raise Refused("restricted_action")
        known = next((one for one in workspace.usergroups.values() if one.handle == handle), None)
        if known is None:
            return usergroups.add_group(workspace, handle, members).id
        usergroups.set_members(workspace, known, members, by=admin)
        return known.id

    # asking apps

    def give(self, user: str, channel: str, words: str, *, thread: str | None = None) -> Use:
        """Let somebody give a slash command, written as it is typed: `/mod warn @kim`."""
        workspace, place = standing.there(self.world, user, channel)
        name, _, rest = words.partition(" ")
        if thread is not None:
            raise ImpossibleError(f"{name} is not supported in threads. Sorry!")
        app = using.installed(self.world, workspace, lambda one: name in one.commands, name)
        text = rest.strip()
        if app.commands[name].get("should_escape"):
            text = writing.as_command(workspace, text)
        asking = self._asking(workspace, app, user)
        answered_at = self.world.response_url(app, workspace.id, channel, user)
        payload = payloads.command(asking, place, name, text, answered_at)
        return self.asker.ask(Kind.COMMAND, asking, payload, channel=place, response_url=answered_at)

    def use_on_message(self, user: str, channel: str, ts: str, name: str) -> Use:
        """Let somebody choose a shortcut from a message's menu, by its name or its callback id."""
        workspace, place = standing.there(self.world, user, channel)
        app, callback_id = self._shortcut(workspace, name, "message")
        message, asking = workspace.message(channel, ts), self._asking(workspace, app, user)
        answered_at = self.world.response_url(app, workspace.id, channel, user, thread_ts=payloads.thread_of(message))
        payload = payloads.message_shortcut(asking, callback_id, place, message, answered_at)
        return self.asker.ask(Kind.MESSAGE_SHORTCUT, asking, payload, channel=place, response_url=answered_at)

    def use(self, user: str, name: str) -> Use:
        """Let somebody choose a shortcut that isn't about a message, by its name or its callback id."""
        workspace, _ = self.world.user(user)
        standing.acting(workspace, user)
        app, callback_id = self._shortcut(workspace, name, "global")
        asking = self._asking(workspace, app, user)
        return self.asker.ask(Kind.SHORTCUT, asking, payloads.global_shortcut(asking, callback_id))

    def press(self, user: str, channel: str, ts: str, button: str) -> Use:
        """Let somebody press a button in a message, named by what stands on it or by an id."""
        return self._use_in_message(user, channel, ts, button, None)

    def choose(self, user: str, channel: str, ts: str, select: str, value: Any) -> Use:
        """Let somebody choose in a menu in a message, named by its placeholder or an id."""
        return self._use_in_message(user, channel, ts, select, value)

    def press_in(self, view: View, button: str) -> Use:
        """Let somebody press a button in a modal or an app's home."""
        return self._use_in_view(view, button, None)

    def choose_in(self, view: View, select: str, value: Any) -> Use:
        """Let somebody choose in a menu of which the app is told at once, in a modal or an app's home."""
        return self._use_in_view(view, select, value)

    def look_up(self, view: View, select: str, text: str) -> Use:
        """Let somebody type into a menu in a view, and return what then has the `options` that the app offers."""
        workspace = self._open(view)
        block, element = elements.find(view.blocks, select)
        if element["type"] not in {"external_select", "multi_external_select"}:
            raise ImpossibleError(f"{select!r} has its options already")
        if len(text) < element.get("min_query_length", 3):
            raise ImpossibleError(f"{select!r} asks only with more signs than {text!r}")
        asking = self._asking(workspace, self.world.apps[view.app_id], view.user_id, view)
        payload = payloads.looking_up(asking, payloads.within(view), block=block, element=element, text=text)
        return self.asker.ask(Kind.LOOKED_UP, asking, payload, view=view)

    def fill(self, view: View, **values: Any) -> None:
        """Let somebody enter something in fields, named by label, placeholder or an id."""
        self._open(view)
        for name, value in values.items():
            block, element = elements.find(view.blocks, name)
            view.entered[block["block_id"], element["action_id"]] = elements.entered(element, value)

    def submit(self, view: View, **values: Any) -> Use:
        """Let somebody send off a modal, with what they enter before."""
        workspace = self._open(view)
        self.fill(view, **values)
        if view.is_home or view is not views.stack(workspace, view.user_id)[-1]:
            raise ImpossibleError("this isn't the modal that lies uppermost")
        if not view.content.get("submit") and any(block["type"] == "input" for block in view.blocks):
            raise ImpossibleError("there is nothing to send it off with")
        missing = elements.missing(view.blocks, view.values)
        if missing:
            raise ImpossibleError(f"still empty: {missing}")
        view.errors = {}
        asking = self._asking(workspace, self.world.apps[view.app_id], view.user_id, view)
        payload = payloads.submission(asking, view, self._response_urls(asking, view))
        return self.asker.ask(Kind.SUBMITTED, asking, payload, view=view)

    def close(self, view: View, *, all_of_them: bool = False) -> Use | None:
        """Let somebody close a modal, or all; return what the app is told, None where it didn't ask for that."""
        workspace = self._open(view)
        every = all_of_them or bool(view.content.get("clear_on_close"))
        asked = None
        for gone in views.close(workspace, view, all_of_them=every):
            if gone.content.get("notify_on_close"):
                asking = self._asking(workspace, self.world.apps[gone.app_id], gone.user_id, gone)
                payload = payloads.closing(asking, gone, cleared=every)
                asked = self.asker.ask(Kind.CLOSED, asking, payload, view=gone)
        return asked

    def open_home(self, user: str, app: App, *, tab: str = "home") -> View | None:
        """Let somebody open an app's home, and return what is there already."""
        workspace, _ = self.world.user(user)
        standing.acting(workspace, user)
        if not app.home:
            raise ImpossibleError(f"{app.name} has no home")
        direct = workspace.open_direct(user, app.bots[workspace.id].user_id)
        shown = views.home(workspace, app.id, user)
        event: JSON = {"type": "app_home_opened", "user": user, "channel": direct.id, "tab": tab}
        workspace.publish(event | ({} if shown is None or tab != "home" else {"view": shown.shown()}), only=app)
        return shown

    def write_to(self, user: str, app: App, words: str, *, thread: str | None = None) -> str:
        """Let somebody write to an app directly, and return the message's ts."""
        workspace, _ = self.world.user(user)
        direct = workspace.open_direct(user, app.bots[workspace.id].user_id)
        return self.say(user, direct.id, words, thread=thread)

    # seeing

    def sees(self, user: str, channel: str, *, thread: str | None = None) -> Sequence[JSON]:
        """Return what somebody sees in a channel or in a thread, oldest first, what they alone see among it."""
        workspace, place = standing.where(self.world, channel)
        if user not in place.members and (place.is_private or workspace.users[user].guest):
            return []
        every = [one for one in place.messages.values() if _stands(one, thread)]
        whispers = [one for one in place.ephemerals if one.to == user and one.thread_ts == thread]
        shown = [shapes.message(workspace, place, one) for one in every] + [_whispered(one) for one in whispers]
        return sorted(shown, key=lambda one: shapes.number(one["ts"]))

    def direct_messages(self, user: str, app: App) -> Sequence[JSON]:
        """Return what an app and somebody wrote to each other, oldest first, replies too."""
        workspace, _ = self.world.user(user)
        both = {user, app.bots[workspace.id].user_id}
        every = [one for one in workspace.channels.values() if one.is_im and set(one.members) == both]
        return [shapes.message(workspace, one, message) for one in every for message in one.messages.values()]

    def home(self, user: str, app: App) -> View | None:
        """Return what an app's home shows somebody; None before it was published."""
        return views.home(self.world.user(user)[0], app.id, user)

    def modal(self, user: str) -> View | None:
        """Return the modal that lies uppermost before somebody; None without any."""
        stack = views.stack(self.world.user(user)[0], user)
        return stack[-1] if stack else None

    # what stands behind

    def _asking(self, workspace: Workspace, app: App, user: str, view: View | None = None) -> Asking:
        trigger = self.world.trigger(app, workspace.id, user, view_id=None if view is None else view.id)
        return Asking(workspace=workspace, app=app, user=workspace.users[user], trigger_id=trigger)

    def _shortcut(self, workspace: Workspace, name: str, kind: str) -> tuple[App, str]:
        def theirs(app: App) -> str | None:
            for callback_id, one in app.shortcuts.items():
                if one["type"] == kind and name in {callback_id, one["name"]}:
                    return callback_id
            return None

        app = using.installed(self.world, workspace, lambda one: theirs(one) is not None, name)
        return app, theirs(app) or ""

    def _use_in_message(self, user: str, channel: str, ts: str, name: str, value: Any) -> Use:
        workspace, place = standing.there(self.world, user, channel)
        mine = [one for one in place.ephemerals if (one.to, one.ts) == (user, ts)]
        source: PostedMessage | Ephemeral = mine[0] if mine else workspace.message(channel, ts)
        block, element = elements.find(source.blocks, name)
        action = _action(workspace, block, element, value)
        app = self.world.apps[source.app_id or ""]
        asking = self._asking(workspace, app, user)
        answered_at = self.world.response_url(
            app, workspace.id, channel, user, ts=ts, ephemeral=bool(mine), thread_ts=payloads.thread_of(source)
        )
        entered = {} if value is None else {(block["block_id"], element["action_id"]): elements.entered(element, value)}
        state = elements.values(source.blocks, entered)
        payload = payloads.used_in_message(asking, place, source, action=action, state=state, response_url=answered_at)
        return self.asker.ask(Kind.USED, asking, payload, channel=place, response_url=answered_at)

    def _use_in_view(self, view: View, name: str, value: Any) -> Use:
        workspace = self._open(view)
        block, element = elements.find(view.blocks, name)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise ImpossibleError(f"the app is told of {name!r} only when the modal is sent off")
        action = _action(workspace, block, element, value)
        if element["type"] in elements.HELD:
            view.entered[block["block_id"], element["action_id"]] = elements.entered(element, value)
        asking = self._asking(workspace, self.world.apps[view.app_id], view.user_id, view)
        return self.asker.ask(Kind.USED, asking, payloads.used_in_view(asking, view, action), view=view)

    def _open(self, view: View) -> Workspace:
        workspace = self.world.workspaces[view.team_id]
        standing.acting(workspace, view.user_id)
        if view.closed:
            raise ImpossibleError("this modal isn't there any more")
        return workspace

    def _response_urls(self, asking: Asking, view: View) -> Sequence[JSON]:
        """Return where the app may answer in channels that were chosen for that."""
        found = []
        for block, element in elements.of(view.blocks):
            if element.get("response_url_enabled"):
                place = {"block_id": block["block_id"], "action_id": element["action_id"]}
                held = view.values[place["block_id"]][place["action_id"]]
                channel = held.get("selected_channel") or held.get("selected_conversation")
                url = self.world.response_url(asking.app, asking.workspace.id, channel, view.user_id)
                found.append(place | {"channel_id": channel, "response_url": url})
        return found


def _action(workspace: Workspace, block: JSON, element: JSON, value: Any) -> JSON:
    at = workspace.moment()
    return elements.pressed(block, element, at) if value is None else elements.chosen(block, element, value, at)


def _stands(message: PostedMessage, thread: str | None) -> bool:
    """Return whether a message stands in a channel, or in one of its threads."""
    if thread is not None:
        return thread in {message.ts, message.thread_ts}
    return not message.is_reply or message.subtype == "thread_broadcast"


def _whispered(found: Ephemeral) -> JSON:
    shown = {"type": "message", "is_ephemeral": True, "ts": found.ts, "text": found.text, "app_id": found.app_id}
    return shown | {"blocks": found.blocks, "attachments": found.attachments}
