"""`links`: any link, listed hosts, and links that pretend to lead elsewhere."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.domain.judgement import Span
from bot.i18n import Phrase, phrase
from bot.policy.detection import Answer, Evidence, Trigger
from bot.policy.inspection import Inspection
from bot.policy.links import Link, find_links, find_sightings
from bot.policy.links.alike import imitation
from bot.policy.links.hosts import family, host_of, is_everybodys, listed
from bot.policy.links.nested import nested
from bot.policy.links.parse import shown_host
from bot.policy.links.scripts import pretends
from bot.policy.links.tlds import AMBIGUOUS, TLDS
from bot.policy.schema.types import Names
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of

#: why a link counts, or None when it doesn't
_Criterion = Callable[[Link], Phrase | None]


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Hosts = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], BeforeValidator(_listed)]


class LinksParams(Params):
    """Which links count; with several criteria one is enough, with none any link does."""

    short = "any_link"

    any_link: Literal[True] | None = Field(default=None, alias="any", description="Every link counts.")
    domains: Hosts = Field(
        default=(),
        description="The link leads to one of these hosts or below it; Unicode and punycode are the same. Also found "
        "without a scheme, and under endings that are no top-level domain.",
    )
    lists: Names = Field(default=(), description="The same for the hosts in these files of `lists/`, one a line.")
    allow: Hosts = Field(default=(), description="Links to these hosts, or below them, never count.")
    allow_lists: Names = Field(default=(), description="The same for the hosts in these files of `lists/`.")
    masked: Literal[True] | None = Field(
        default=None, description="The text of a masked link names another host than the one it leads to."
    )
    mixed_script: Literal[True] | None = Field(
        default=None, description="The host mixes letters of scripts that don't belong together, or only looks Latin."
    )
    punycode: Literal[True] | None = Field(
        default=None, description="The host has letters outside ASCII, written out or as `xn--`."
    )
    like: Hosts = Field(
        default=(),
        description="The host passes itself off as one of these: its name as a part of another host, look-alike "
        "letters, one slip in the name, or two in a long one. The hosts themselves, the other hosts that well-known "
        "brands hold (`discord.gg`, `paypal.me`), and all below them never count.",
    )
    nested: bool = Field(
        default=True,
        strict=True,
        description="`domains`, `lists` and `like` also look at the addresses inside a link, as redirectors have them.",
    )


def _hosts(entries: tuple[str, ...], key: str, assembly: Assembly) -> set[str]:
    """Return the hosts written in the policy, and report what isn't one."""
    hosts = [host_of(entry) for entry in entries]
    for at, (entry, host) in enumerate(zip(entries, hosts, strict=True)):
        if not host:
            assembly.error(phrase("links.not_a_host", found=entry[:80]), path=(key, at))
        elif is_everybodys(entry, host):
            assembly.error(phrase("check.public_suffix", found=host), path=(key, at))
    return set(filter(None, hosts))


def _list_hosts(names: tuple[str, ...], key: str, assembly: Assembly) -> set[str]:
    """Return the hosts of list files, and report each line that holds none."""
    hosts = set[str]()
    for at, name in enumerate(names):
        for entry in assembly.read_list(name, path=(key, at)):
            host = host_of(entry.text)
            if host:
                hosts.add(host)
                if is_everybodys(entry.text, host):
                    problem = phrase("check.public_suffix_in_list", place=entry.place, found=host)
                    assembly.error(problem, path=(key, at))
            else:
                problem = phrase("links.not_a_host_in_list", place=entry.place, found=entry.text[:80])
                assembly.error(problem, path=(key, at))
    return hosts


def _by_host(domains: frozenset[str], imitated: Callable[[str], str] | None) -> _Criterion:
    """Return the criteria that redirect targets are judged by, too."""

    def judge(link: Link) -> Phrase | None:
        found = listed(link.host, domains) if domains else ""
        if found:
            return phrase("links.listed", host=link.shown_host, domain=shown_host(found))
        plain_file = not link.certain and link.host[link.host.rfind(".") + 1 :] in AMBIGUOUS
        found = imitated(link.host) if imitated is not None and not plain_file else ""
        return phrase("links.like", host=link.shown_host, like=found) if found else None

    return judge


def _unmasked(link: Link, inspection: Inspection) -> Phrase | None:
    """Return what a masked link shows and where it leads, when these are two hosts."""
    if link.shown is None:
        return None
    for named in find_links(link.shown, inspection.message.markup):
        if family(named.host) != family(link.host):
            return phrase("links.masked", shown=named.shown_host, host=link.shown_host)
    return None


def _foreign(link: Link, params: LinksParams) -> Phrase | None:
    """Return what is odd about the letters of a host."""
    if "xn--" not in link.host:
        return None
    if params.mixed_script and pretends(link.shown_host):
        return phrase("links.mixed_script", host=link.shown_host)
    return phrase("links.punycode", host=link.shown_host, ascii=link.host) if params.punycode else None


def _odd_endings(domains: frozenset[str]) -> frozenset[str]:
    """Return the last labels of listed hosts that are no top-level domains: these hosts are looked for all the same."""
    endings = {host[host.rfind(".") + 1 :] for host in domains if "." in host}
    return frozenset(ending for ending in endings - TLDS if not ending.isdigit())


def _sightings(inspection: Inspection, endings: frozenset[str]) -> tuple[Link, ...]:
    """Return what may be a link, also under these endings where the text could hold one."""
    if not endings:
        return inspection.sightings
    text = inspection.unveiled
    if not any(ending in text for ending in endings):
        return inspection.sightings
    return find_sightings(inspection.message.text, inspection.message.markup, endings)


def build(params: LinksParams, assembly: Assembly) -> Detector:
    """Return a detector of links that meet any of the criteria and aren't allowed."""
    domains = frozenset(_hosts(params.domains, "domains", assembly) | _list_hosts(params.lists, "lists", assembly))
    allowed = frozenset(
        _hosts(params.allow, "allow", assembly) | _list_hosts(params.allow_lists, "allow_lists", assembly)
    )
    _hosts(params.like, "like", assembly)
    protected = tuple(filter(None, map(host_of, params.like)))
    by_host = _by_host(domains, imitation(protected) if protected else None)
    narrowed = params.domains or params.lists or params.like or params.masked or params.mixed_script or params.punycode
    every = params.any_link is not None or not narrowed
    endings = _odd_endings(domains)
    look_inside = params.nested and bool(domains or protected)

    def judge(link: Link, inspection: Inspection, carried: Mapping[Link, tuple[Link, ...]]) -> Phrase | None:
        if not listed(link.host, allowed):
            reason = by_host(link)
            if reason is None and link.certain:
                reason = (_unmasked(link, inspection) if params.masked else None) or _foreign(link, params)
                if reason is None and every:
                    reason = phrase("links.any", host=link.shown_host)
            if reason is not None:
                return reason
        for inner in carried.get(link, ()):
            if not listed(inner.host, allowed) and (reason := by_host(inner)) is not None:
                return phrase("links.nested", host=link.shown_host, inner=inner.shown_host)
        return None

    def probe(inspection: Inspection) -> Answer:
        spans: list[Span] = []
        notes: dict[Phrase, None] = {}
        sightings = _sightings(inspection, endings)
        carried: Mapping[Link, tuple[Link, ...]] = {}
        if look_inside:
            again = sightings is not inspection.sightings
            carried = {link: nested(link, endings) for link in sightings} if again else inspection.carried
        for link in sightings:
            reason = judge(link, inspection, carried)
            if reason is not None:
                spans.append(Span(start=link.start, end=link.end, what=link.host))
                notes.setdefault(reason)
        return Evidence(spans=tuple(spans), notes=tuple(notes)) if spans else False

    return Detector(key=key_of("links", params), anchors=frozenset({int(Trigger.LINK)}), probe=probe)


SIGNAL = Signal(
    name="links",
    summary="The message holds a link, or one to certain hosts, or one that pretends to lead elsewhere.",
    family="links",
    params=LinksParams,
    example="links: {domains: [evil.example], like: [discord.com, paypal.com], masked: true, allow: [discord.gg]}",
    build=build,
)
