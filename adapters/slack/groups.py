"""Who is in which user group: Slack's only roles beside its own ranks, where the plan has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.slack.calls import CallError, Json, in_turn
from adapters.slack.door import Door

#: what is said where the plan has none: then nobody is in any
NO_GROUPS = frozenset({"plan_upgrade_required", "paid_teams_only"})


@dataclass(kw_only=True, slots=True)
class Groups:
    """Every user group of a workspace (https://docs.slack.dev/reference/objects/usergroup-object)."""

    #: the way into the workspace
    door: Door
    #: group → what it is called
    names: dict[str, str] = field(default_factory=dict)
    _members: dict[str, frozenset[str]] = field(default_factory=dict)
    _is_known: bool = False

    def of(self, user: str) -> frozenset[str] | None:
        """Return the groups that somebody is in; None while nobody knows."""
        if not self._is_known:
            return None
        return frozenset(group for group, members in self._members.items() if user in members)

    def named(self, user: str) -> Mapping[str, str] | None:
        """Return the same groups with their names."""
        found = self.of(user)
        return None if found is None else {group: self.names.get(group, group) for group in found}

    def members(self, group: str) -> frozenset[str]:
        """Return who is in a group, as far as we know."""
        return self._members.get(group, frozenset())

    async def look(self) -> None:
        """Ask who is in which; raises CallError, ConnectionRevokedError."""
        try:
            said = await in_turn(self.door, "usergroups.list", include_users=True)
        except CallError as error:
            if error.error in NO_GROUPS:
                self.names, self._members, self._is_known = {}, {}, True
                return
            raise
        self.names, self._members = {}, {}
        for one in said.get("usergroups") or ():
            self.learn(one)
        self._is_known = True

    def learn(self, group: Json) -> None:
        """Take in what Slack says of one group."""
        id_, users = str(group.get("id", "")), group.get("users")
        if group.get("date_delete"):
            self.names.pop(id_, None)
            self._members.pop(id_, None)
            return
        self.names[id_] = str(group.get("handle") or group.get("name") or id_)
        if isinstance(users, list):
            self._members[id_] = frozenset(str(one) for one in users)

    def changed(self, group: str, added: list[str], removed: list[str]) -> None:
        """Take in who came to a group, and who left it."""
        self._members[group] = (self.members(group) | set(added)) - set(removed)
