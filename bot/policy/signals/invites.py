"""`invites`: invitations to other Discord servers and Slack workspaces."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.domain.judgement import Span, Want, WantKind
from bot.domain.message import Markup
from bot.i18n import Phrase, phrase
from bot.policy.detection import Answer, Evidence, Trigger
from bot.policy.inspection import Inspection
from bot.policy.links import find_links
from bot.policy.links.invitations import Invitation, Platform, invitations
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of

_ENTRY = re.compile(r"[\w-]{1,64}", re.ASCII)
_IDS: dict[Platform, re.Pattern[str]] = {
    "discord": re.compile(r"\d{15,21}"),
    "slack": re.compile(r"[TE][A-Z0-9]{6,}"),
}


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class InvitesParams(Params):
    """Which invitations count."""

    short = "any_invite"

    any_invite: Literal[True] | None = Field(
        default=None, alias="any", description="Every invitation counts; the same as giving nothing at all."
    )
    allow: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="Never these: ids of Discord servers (in quotes), ids or subdomains of Slack workspaces, codes of "
        "invitations, or whole invitation links. With ids, an invitation counts once it is known where it leads.",
    )
    platforms: Annotated[tuple[Literal["discord", "slack"], ...], BeforeValidator(_listed)] = Field(
        default=("discord", "slack"), min_length=1, description="Only invitations to these platforms."
    )


def _allowed(entries: tuple[str, ...], assembly: Assembly) -> frozenset[str]:
    """Return ids, subdomains and codes that pass, and report what can't be one."""
    allowed = set[str]()
    for at, entry in enumerate(entries):
        inside = [found for link in find_links(entry, Markup.PLAIN) for found in invitations(link)]
        if inside:
            allowed.update(found.code for found in inside)
        elif _ENTRY.fullmatch(entry):
            allowed.add(entry)
        else:
            assembly.error(phrase("links.not_an_invite", found=entry[:80]), path=("allow", at))
    return frozenset(allowed)


def _passes(found: Invitation, inspection: Inspection, allowed: frozenset[str], by_id: set[Platform]) -> bool | None:
    """Return whether an invitation is allowed; None while that hangs on where it leads."""
    if found.code in allowed or (found.workspace and found.workspace in allowed):
        return True
    leads_to = inspection.facts.invites.get(found.code)
    if leads_to is not None:
        return leads_to in allowed
    return None if found.resolvable and found.platform in by_id else False


def _note(found: Invitation) -> Phrase:
    code = f"{found.workspace} {found.code}".strip()
    return phrase("links.discord_invite" if found.platform == "discord" else "links.slack_invite", code=code)


def _evidence(found: Iterable[Invitation]) -> Evidence:
    found = tuple(found)
    spans = dict.fromkeys(
        Span(start=one.link.start, end=one.link.end, what=f"{one.link.host}{one.link.path}"[:100]) for one in found
    )
    return Evidence(spans=tuple(spans), notes=tuple(dict.fromkeys(map(_note, found))))


def build(params: InvitesParams, assembly: Assembly) -> Detector:
    """Return a detector of invitations that aren't allowed; it asks where one leads when ids are allowed."""
    allowed = _allowed(params.allow, assembly)
    by_id = {platform for platform, form in _IDS.items() if any(map(form.fullmatch, allowed))}
    platforms = frozenset(params.platforms)

    def probe(inspection: Inspection) -> Answer:
        held: list[Invitation] = []
        unknown: dict[str, None] = {}
        for link in inspection.sightings:
            for found in invitations(link):
                if found.platform not in platforms:
                    continue
                passes = _passes(found, inspection, allowed, by_id)
                if passes is None:
                    unknown.setdefault(found.code)
                elif not passes:
                    held.append(found)
        if held:
            return _evidence(held)
        for code in unknown:
            inspection.wants.append(Want(kind=WantKind.INVITE, subject=code))
        return None if unknown else False

    return Detector(key=key_of("invites", params), anchors=frozenset({int(Trigger.LINK)}), probe=probe)


SIGNAL = Signal(
    name="invites",
    summary="The message invites to another Discord server or Slack workspace, however the invitation is written.",
    family="links",
    params=InvitesParams,
    example='invites: {allow: ["41771983423143937", discord-developers], platforms: [discord]}',
    build=build,
)
