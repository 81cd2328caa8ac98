"""User groups as roles: which ones members are in, and taking one from whoever is to be in it no more."""

from collections.abc import Mapping, Sequence

from adapters.slack.calls import CallError, called
from adapters.slack.groups import NO_GROUPS, Groups
from adapters.slack.links import people_link
from bot.domain.action import Answer, Result
from bot.domain.message import AccountRef
from bot.ports import Effect, PlatformUnavailableError

_DONE, _GONE = Result(answer=Answer.DONE), Result(answer=Answer.GONE)


async def groups_held(groups: Groups, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
    """Return the names of the user groups that members are in, by id; raise PlatformUnavailableError."""
    try:
        await groups.look()
    except CallError as error:
        raise PlatformUnavailableError(error.result.after) from None
    own = groups.door.home.workspace
    return [groups.named(one.user) or {} if one.workspace == own else {} for one in accounts]


async def take(groups: Groups, effect: Effect) -> Result:
    """Take somebody out of a user group; whoever is the last in it is taken out by hand: Slack keeps none empty."""
    if effect.account is None or not effect.role:
        return _GONE
    members = await _members(groups, effect.role)
    if members is None:
        return _GONE
    left = [one for one in members if one != effect.account.user]
    if len(left) == len(members):
        return Result(answer=Answer.ALREADY_SO)
    if not left:
        link = people_link(groups.door)
        return Result(answer=Answer.BY_HAND, link=link, reason="last_in_group")
    await called(groups.door, "usergroups.users.update", usergroup=effect.role, users=",".join(left))
    return _DONE


async def look_at(groups: Groups, effect: Effect) -> Result:
    """Return whether somebody is in a user group no more."""
    if effect.account is None:
        return _GONE
    members = await _members(groups, effect.role)
    if members is None:
        return _GONE
    return Result(answer=Answer.RETRY_AFTER) if effect.account.user in members else _DONE


async def _members(groups: Groups, group: str) -> list[str] | None:
    """Return who is in a group now; None where there is no such group. Raises CallError."""
    try:
        said = await called(groups.door, "usergroups.users.list", usergroup=group)
    except CallError as error:
        if error.error in NO_GROUPS | {"no_such_subteam"}:
            return None
        raise
    return [str(one) for one in said.get("users") or ()]
