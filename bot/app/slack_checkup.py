"""Looks at Slack from outside: the tokens that are kept, and the workspaces of the communities."""

import re
from collections.abc import Mapping

from adapters.keyfile import open_key_file, read_given_keys
from adapters.slack.access import Access
from adapters.slack.tokens import kept
from bot.app.clock import machine_clock
from bot.domain.capability import Capability
from bot.domain.checkup import Point, State, lacks, unknown
from bot.domain.message import PlatformName
from bot.errors import LocumError
from bot.i18n import catalogue, phrase
from bot.policy.policy_set import PolicySet
from bot.ports import PlatformUnavailableError
from bot.services.rotating import new_signing_key
from bot.settings import Settings

_ABOUT = PlatformName.SLACK.value


async def look_at_slack(
    settings: Settings, policies: Mapping[str, PolicySet], points: list[Point], able: dict[str, list[Capability]]
) -> None:
    """Add everything about Slack, where there is anything to say of it: `able` by the connection's name."""
    homes = {one.slack: one for one in policies.values() if one.slack is not None}
    if not settings.slack_tokens.exists():
        points += [lacks("slack_no_tokens", f"slack/{workspace}") for workspace in homes]
        return
    try:
        known = _kept(settings)
    except LocumError as error:
        points.append(_broken(error))
        return
    points += [lacks("slack_unnamed", _ABOUT, workspace=one) for one in known if one not in homes]
    for workspace, home in homes.items():
        if workspace in known:
            await _workspace(settings, home, known[workspace], points, able)
        else:
            points.append(lacks("slack_no_tokens", f"slack/{workspace}"))


async def _workspace(
    settings: Settings, home: PolicySet, access: Access, points: list[Point], found: dict[str, list[Capability]]
) -> None:
    from adapters.slack.checking import able, accounts, check_workspace  # noqa: PLC0415 - only whoever has it waits
    from adapters.slack.probing import probing  # noqa: PLC0415 - likewise

    about = f"slack/{access.workspace}"
    try:
        async with probing(access) as probe:
            seen = await probe.seen(accounts(home))
    except PlatformUnavailableError:
        points.append(unknown("slack", about))
        return
    points += check_workspace(home, access, seen, events=settings.slack_events is not None)
    found[about] = able(access, seen)


def _kept(settings: Settings) -> dict[str, Access]:
    """Return what every workspace is reached with; raise what is wrong with the keys, or with the file."""
    if settings.keys is not None:
        keys = read_given_keys(settings.keys.get_secret_value()).wrapping()
    else:
        keys = open_key_file(settings.key_file, machine_clock(), new_signing_key, make=False).wrapping()
    return kept(settings.slack_tokens, keys, api=settings.slack_api)


def _broken(error: LocumError) -> Point:
    """Return that the tokens can't be opened, as the start of the program says it."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    key = f"run.{name}"
    says = phrase(key) if key in catalogue("en") else phrase("doctor.slack_tokens")
    return Point(code="slack_tokens", state=State.WRONG, says=says, remedy=phrase("doctor.slack_tokens_remedy"),
                 about=_ABOUT)  # fmt: skip
