"""Modals and Homes: what an app shows one person, one modal upon another up to three, and what is entered there.

They are kept in `Workspace.views`; what lies where is read from there. The `views.*` methods call `taken` and then
`open_view`, `push_view`, `update_view` or `publish_view`, after they looked at arguments and blocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.slack import elements
from tests.slack.errors import Refused
from tests.slack.things import JSON

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace
    from tests.slack.world import Trigger

#: modals that may lie upon each other
DEEPEST = 3
#: fields that the app gives and Slack hands back, and what they are where the app gives nothing
GIVEN: Mapping[str, Any] = {
    "type": "modal", "title": None, "close": None, "submit": None, "private_metadata": "", "callback_id": "",
    "external_id": "", "clear_on_close": False, "notify_on_close": False,
}  # fmt: skip


@dataclass(kw_only=True, eq=False)
class View:
    """What one person sees of one app: a modal or the app's home."""

    #: `V…`
    id: str
    #: whose
    app_id: str
    #: its bot
    bot_id: str
    #: the workspace
    team_id: str
    #: who sees it
    user_id: str
    #: what the app gave, with ids where it left them out
    content: JSON
    #: changes with each change of the content
    hash: str
    #: the lowest modal
    root_id: str
    #: the modal below; None for the lowest
    previous_id: str | None = None
    #: the trigger that opened it; None where something else did
    trigger_id: str | None = None
    #: what was entered, by block and action
    entered: dict[tuple[str, str], JSON] = field(default_factory=dict)
    #: what the app said is wrong, by block
    errors: Mapping[str, str] = field(default_factory=dict)
    #: no longer there
    closed: bool = False

    @property
    def is_home(self) -> bool:
        """Return whether it is an app's home."""
        return bool(self.content["type"] == "home")

    @property
    def blocks(self) -> list[JSON]:
        """Return its blocks."""
        return list(self.content["blocks"])

    @property
    def values(self) -> JSON:
        """Return all that stands in its fields, by block and action."""
        return elements.values(self.blocks, self.entered)

    def shown(self) -> JSON:
        """Return it as Slack hands it to the app."""
        given = {name: self.content.get(name, empty) for name, empty in GIVEN.items()}
        return given | {
            "id": self.id, "team_id": self.team_id, "blocks": self.blocks, "state": {"values": self.values},
            "hash": self.hash, "previous_view_id": self.previous_id, "root_view_id": self.root_id,
            "app_id": self.app_id, "app_installed_team_id": self.team_id, "bot_id": self.bot_id,
        }  # fmt: skip

    def become(self, content: JSON) -> None:
        """Take another content; what was entered stays where block and action keep their ids."""
        self.content, self.hash, self.errors = elements.identified_view(content), _hash(), {}
        there = elements.places(self.blocks)
        self.entered = {place: value for place, value in self.entered.items() if place in there}


def taken(workspace: "Workspace", app_id: str, trigger_id: str) -> "Trigger":
    """Use up a trigger and return it; raise Slack's error where it is another app's, too old or used before."""
    trigger = workspace.world.triggers.get(trigger_id)
    if trigger is None or (trigger.app_id, trigger.team_id) != (app_id, workspace.id):
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if workspace.world.now() > trigger.until:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger


def stack(workspace: "Workspace", user_id: str) -> Sequence[View]:
    """Return the modals that lie before somebody, the lowest first."""
    every = workspace.views.values()
    return [one for one in every if one.user_id == user_id and not one.closed and not one.is_home]


def home(workspace: "Workspace", app_id: str, user_id: str) -> View | None:
    """Return what an app's home shows somebody; None before it was published."""
    for one in workspace.views.values():
        if one.is_home and (one.app_id, one.user_id) == (app_id, user_id):
            return one
    return None


def open_view(workspace: "Workspace", app_id: str, trigger_id: str, content: JSON) -> View:
    """Show a modal to whoever did something; what they had open is gone."""
    _unlike_others(workspace, app_id, content)
    trigger = taken(workspace, app_id, trigger_id)
    for one in stack(workspace, trigger.user_id):
        one.closed = True
    view = _new(workspace, app_id, trigger.user_id, content)
    view.trigger_id = trigger_id
    return view


def push_view(workspace: "Workspace", app_id: str, trigger_id: str, content: JSON) -> View:
    """Lay a modal upon the one in which somebody did something."""
    _unlike_others(workspace, app_id, content)
    trigger = taken(workspace, app_id, trigger_id)
    view = lay(workspace, workspace.views.get(trigger.view_id or ""), content)
    view.trigger_id = trigger_id
    return view


def lay(workspace: "Workspace", below: View | None, content: JSON) -> View:
    """Lay a modal upon another, which has to be the uppermost; raise `not_found` where it isn't."""
    before = [] if below is None else stack(workspace, below.user_id)
    if below is None or not before or before[-1] is not below:
        raise Refused("not_found")
    if len(before) >= DEEPEST:
        raise Refused("push_limit_reached")
    view = _new(workspace, below.app_id, below.user_id, content)
    view.root_id, view.previous_id = before[0].id, below.id
    return view


def update_view(
    workspace: "Workspace", app_id: str, content: JSON, *, view_id: str | None = None, external_id: str | None = None,
    hash: str | None = None,  # noqa: A002 - Slack's own word
) -> View:  # fmt: skip
    """Change a view that is still there."""
    view = workspace.views.get(view_id or "") or _external(workspace, app_id, external_id)
    if view is None or view.app_id != app_id or view.closed:
        raise Refused("not_found")
    if hash is not None and hash != view.hash:
        raise Refused("hash_conflict")
    _unlike_others(workspace, app_id, content, view)
    view.become(content)
    return view


def publish_view(
    workspace: "Workspace", app_id: str, user_id: str, content: JSON, *,
    hash: str | None = None,  # noqa: A002 - Slack's own word
) -> View:  # fmt: skip
    """Show somebody an app's home."""
    view = home(workspace, app_id, user_id)
    if view is None:
        return _new(workspace, app_id, user_id, content)
    if hash is not None and hash != view.hash:
        raise Refused("hash_conflict")
    view.become(content)
    return view


def close(workspace: "Workspace", view: View, *, all_of_them: bool = False) -> Sequence[View]:
    """Take a modal away, or all that lie there, and return what is gone, the uppermost first."""
    gone = [one for one in reversed(stack(workspace, view.user_id)) if all_of_them or one is view]
    for one in gone:
        one.closed = True
    return gone


def _new(workspace: "Workspace", app_id: str, user_id: str, content: JSON) -> View:
    id = workspace.world.ids.next("V")
    bot = workspace.world.apps[app_id].bots[workspace.id]
    view = View(
        id=id, app_id=app_id, bot_id=bot.id, team_id=workspace.id, user_id=user_id, root_id=id, hash=_hash(),
        content=elements.identified_view(content),
    )  # fmt: skip
    workspace.views[id] = view
    return view


def _unlike_others(workspace: "Workspace", app_id: str, content: JSON, itself: View | None = None) -> None:
    other = _external(workspace, app_id, content.get("external_id"))
    if other is not None and other is not itself:
        raise Refused("duplicate_external_id")


def _external(workspace: "Workspace", app_id: str, external_id: str | None) -> View | None:
    for one in workspace.views.values():
        if external_id and not one.closed and (one.app_id, one.content.get("external_id")) == (app_id, external_id):
            return one
    return None


def _hash() -> str:
    return f"{uuid4().int % 10**10}.{uuid4().hex[:8]}"
