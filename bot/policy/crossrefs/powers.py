"""Permissions: each names something that can be allowed, and a limit only where one makes sense."""

from collections.abc import Collection, Iterable

from bot.i18n import phrase
from bot.policy.places import Path
from bot.policy.problems import ProblemLog, closest, shown
from bot.policy.schema.community import Permission


def check_permissions(
    permissions: Iterable[Permission], path: Path, allowed: Collection[str], limitable: Collection[str], log: ProblemLog
) -> None:
    """Note permissions for what can't be allowed, and limits on what has no duration."""
    for index, permission in enumerate(permissions):
        check_permission(permission, (*path, index), allowed, limitable, log)


def check_permission(
    permission: Permission, path: Path, allowed: Collection[str], limitable: Collection[str], log: ProblemLog
) -> None:
    """Note a permission for what can't be allowed, or a limit on what has no duration."""
    if permission.kind not in allowed:
        message = phrase("check.not_a_power", name=shown(permission.kind), expected=", ".join(allowed))
        log.error(message, path, suggestion=closest(permission.kind, allowed))
    elif permission.up_to is not None and permission.kind not in limitable:
        log.error(phrase("check.no_limit_possible", name=permission.kind), path)
