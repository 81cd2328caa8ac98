"""One community's tour: where it is, what somebody sees of it, and when it goes on."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import msgspec

from adapters.local.chat.chat import LOCUM
from adapters.local.chat.types import Account, ChangeKind
from adapters.local.community import LocalCommunity
from adapters.local.tour.cast import Cast, Part, cast, visitor
from adapters.local.tour.steps import STEPS, Facts, Progress, Step, moved
from adapters.local.web.views import TourView
from bot.i18n import say

#: the chat keeps how far it is under this name
_NOTE = "tour"
#: entries and changes that are read at once
_MOST = 500
#: the visitor has been around for a while: no rule about new accounts is to meet them
_SINCE = timedelta(days=400)


class Tour:
    """The tour through one community; whoever looks at it takes it together."""

    def __init__(self, community: LocalCommunity) -> None:
        """Go on where the chat says that it was."""
        self._community = community
        self._progress = _read(community.chat.noted(_NOTE))
        self._facts = Facts()
        #: the chat's change, and the ledger's entry, up to which was looked
        self._change, self._entry = self._progress.change, self._progress.entry
        self._looking = False

    @property
    def offered(self) -> bool:
        """Whether this community has everybody and every place that the tour needs."""
        return self._cast() is not None

    def start(self) -> None:
        """Begin, from the first step and with a member who has a clean slate; nothing where it can't be taken."""
        if not self.offered:
            return
        chat, run = self._community.chat, self._progress.run + 1
        account, name = visitor(run)
        since = self._community.backstage.now() - _SINCE
        chat.enrol(Account(id=account, name=name, created_at=since, joined_at=since))
        self._enter(Progress(run=run, step=0, change=chat.newest))

    def next(self) -> None:
        """Leave the step out; from the last one, go."""
        self._enter(moved(self._progress, change=self._change, entry=self._entry))

    def leave(self) -> None:
        """End it, wherever it is."""
        self._enter(replace(self._progress, step=None))

    def saw(self, what: str) -> None:
        """Take note that somebody opened what is `behind` a post, or had the ledger `verified`: only the page knows."""
        step, parts = self._progress.at, self._cast()
        if step is None or parts is None:
            return
        self._facts = replace(self._facts, looked=self._facts.looked | {what})
        if step.done(self._facts, parts):
            self.next()

    async def look(self) -> None:
        """Look at what happened, and go on where a step is done."""
        # several pages look at once: one of them is enough
        if self._progress.at is None or self._looking:
            return
        self._looking = True
        try:
            while await self._look():
                pass
        finally:
            self._looking = False

    async def view(self, reader: str, language: str) -> TourView | None:
        """Return what somebody sees of it; None while nobody takes it."""
        progress, parts = self._progress, self._cast()
        if progress.step is None or parts is None:
            return None
        step, words = progress.at, _words(parts, progress)
        if step is None:
            return TourView(
                number=len(STEPS), of=len(STEPS), title=say("tour.over_title", language),
                text=say("tour.over_text", language), over=True,
            )  # fmt: skip
        who, name, room = _whom(step, parts, progress)
        elsewhere = who not in ("", reader)
        base = f"/{quote(self._community.name, safe='')}/as/{quote(who, safe='')}/{quote(room, safe='')}"
        return TourView(
            number=progress.step + 1,
            of=len(STEPS),
            title=say(f"tour.{step.name}_title", language, **words),
            text=say(f"tour.{step.name}_text", language, **words),
            href=base if elsewhere else "",
            link=say("tour.become", language, name=name) if elsewhere else "",
            points_at="" if elsewhere else step.points_at.format(post=progress.post),
            example=say(f"tour.{step.name}_example", language, **words) if step.example and not elsewhere else "",
        )

    # --- what happened

    async def _look(self) -> bool:
        """Look at the step that it is at, and return whether it went on to another."""
        progress, parts = self._progress, self._cast()
        step = progress.at
        if step is None or parts is None or step.part is Part.ANYBODY:
            return False
        if self._entry is None:
            self._entry = await self._newest()
        # what is written for the member's steps stands in the chat, for the staff's in the ledger
        if step.part is Part.MEMBER:
            facts = replace(self._facts, removed=self._facts.removed or self._removed())
            entry = self._entry
        else:
            facts, entry = await self._read_on(step, parts, self._entry)
        if self._progress is not progress:
            # somebody pressed meanwhile
            return True
        self._facts, self._entry = facts, entry
        if not step.done(facts, parts):
            return False
        self._enter(moved(progress, change=self._change, entry=entry, post=facts.removed))
        return True

    async def _read_on(self, step: Step, parts: Cast, read: int) -> tuple[Facts, int]:
        """Return what the ledger says too, up to the entry that the step waits for: what follows is the next one's."""
        facts, known = self._facts, {parts.moderator[1], parts.lead[1]}
        backstage = self._community.backstage
        if step.name == "shift":
            seen = await backstage.seen(self._community.account_ref(parts.moderator[0]), "en")
            facts = replace(facts, on_shift=seen.on_shift_until is not None)
        if step.done(facts, parts):
            return facts, read
        for entry in await backstage.entries(read, _MOST, "en"):
            read = entry.seq
            if entry.by.who in known:
                facts = replace(facts, entries=(*facts.entries, entry))
            if step.done(facts, parts):
                break
        return replace(facts, looked=self._facts.looked), read

    def _removed(self) -> str:
        """Return a post of the visitor that Locum removed since the last look; empty for none."""
        chat, (account, _) = self._community.chat, visitor(self._progress.run)
        while changes := chat.changes(self._change, most=_MOST):
            self._change = changes[-1].number
            for change in changes:
                post = chat.post(change.post) if change.kind is ChangeKind.REMOVED else None
                if post is not None and post.author == account and post.gone_by == LOCUM:
                    return post.id
        return ""

    async def _newest(self) -> int:
        entries = await self._community.backstage.entries(-1, 1, "en")
        return entries[-1].seq if entries else -1

    # --- where it is

    def _enter(self, progress: Progress) -> None:
        self._progress, self._facts = progress, Facts()
        self._change, self._entry = progress.change, progress.entry
        self._community.chat.note(_NOTE, msgspec.json.encode(progress).decode())

    def _cast(self) -> Cast | None:
        return cast(self._community.backstage.policies, self._community.chat.rooms())


def _read(noted: str) -> Progress:
    """Return what was kept; what can't be read begins anew."""
    try:
        progress = msgspec.json.decode(noted, type=Progress)
    except msgspec.MsgspecError:
        return Progress()
    return progress if progress.step is None or 0 <= progress.step <= len(STEPS) else replace(progress, step=None)


def _whom(step: Step, parts: Cast, progress: Progress) -> tuple[str, str, str]:
    """Return id and name of whom the visitor is to be, and the room; an empty id for anybody."""
    match step.part:
        case Part.MEMBER:
            return *visitor(progress.run), parts.room
        case Part.MODERATOR:
            return *parts.moderator, parts.room
        case Part.LEAD:
            return *parts.lead, parts.leads_room
        case Part.ANYBODY:
            return "", "", ""


def _words(parts: Cast, progress: Progress) -> dict[str, str]:
    return {
        "member": visitor(progress.run)[1],
        "moderator": parts.moderator[1],
        "organisation": parts.organisation,
        "lead": parts.lead[1],
        "room": parts.room,
        "leads_room": parts.leads_room,
    }
