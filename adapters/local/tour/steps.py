"""The steps of the tour: data, and pure functions that say from what happened whether one is done."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from adapters.local.tour.cast import Cast, Part
from bot.domain.entry_kind import EntryKind
from bot.services.tracing.chain import EntryShown

#: what the page says was looked at: nothing else shows that
BEHIND, VERIFIED = "behind", "verified"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What happened since a step began, as far as the tour looks at it."""

    #: the ledger's entries
    entries: tuple[EntryShown, ...] = ()
    #: a post of the visitor that Locum removed; empty for none
    removed: str = ""
    #: what was looked at on the page
    looked: frozenset[str] = frozenset()
    #: the moderator is on duty
    on_shift: bool = False

    def has(self, kind: EntryKind, who: str = "", side: str = "") -> bool:
        """Return whether somebody, or somebody's side, did something of a kind."""
        return any(
            one.kind == kind.value and (not who or one.by.who == who) and (not side or one.by.side == side)
            for one in self.entries
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step."""

    #: its entries of the catalogue begin with it
    name: str
    #: whom the visitor is
    part: Part
    #: whether it is done
    done: Callable[[Facts, Cast], bool]
    #: what is pointed at; `{post}` is the post that was removed
    points_at: str
    #: something can be put into the composer
    example: bool = False
    #: it is about the post that was removed, and is left out where there is none
    of_post: bool = False


def _posted(facts: Facts, _: Cast) -> bool:
    return bool(facts.removed)


def _looked_behind(facts: Facts, _: Cast) -> bool:
    return BEHIND in facts.looked


def _on_shift(facts: Facts, cast: Cast) -> bool:
    return facts.on_shift or facts.has(EntryKind.SHIFT_STARTED, cast.moderator[1])


def _claimed(facts: Facts, cast: Cast) -> bool:
    # a shift's beginning moves cases along too: only whoever takes one on is shown what it is about
    who = cast.moderator[1]
    return facts.has(EntryKind.CASE_CHANGED, who) and facts.has(EntryKind.VIEWED, who)


def _asked(facts: Facts, cast: Cast) -> bool:
    return facts.has(EntryKind.APPROVAL_ASKED, cast.moderator[1])


def _refused(facts: Facts, cast: Cast) -> bool:
    return facts.has(EntryKind.REFUSED, cast.moderator[1])


def _approved(facts: Facts, _: Cast) -> bool:
    return facts.has(EntryKind.APPROVAL_ANSWERED, side="internal")


def _verified(facts: Facts, _: Cast) -> bool:
    return VERIFIED in facts.looked


_COMPOSER = "#composer textarea[name=text]"

STEPS: tuple[Step, ...] = (
    Step(name="post", part=Part.MEMBER, done=_posted, points_at=_COMPOSER, example=True),
    Step(
        name="behind",
        part=Part.MEMBER,
        done=_looked_behind,
        points_at='.post[data-post="{post}"] [data-behind]',
        of_post=True,
    ),
    Step(name="shift", part=Part.MODERATOR, done=_on_shift, points_at=_COMPOSER, example=True),
    Step(name="claim", part=Part.MODERATOR, done=_claimed, points_at=_COMPOSER, example=True),
    Step(name="ask", part=Part.MODERATOR, done=_asked, points_at=_COMPOSER, example=True),
    Step(name="refused", part=Part.MODERATOR, done=_refused, points_at=_COMPOSER, example=True),
    Step(name="approve", part=Part.LEAD, done=_approved, points_at='button[data-action^="approval.approve"]'),
    Step(name="verify", part=Part.ANYBODY, done=_verified, points_at="#ledger [data-do=verify]"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a community's tour is."""

    #: which run it is: each has a member of its own
    run: int = 0
    #: index of the step; that behind the last one says goodbye; None while nobody takes the tour
    step: int | None = None
    #: the chat's change behind which the step began
    change: int = 0
    #: the ledger's entry behind which it began; None where nobody has looked yet
    entry: int | None = None
    #: the post that was removed
    post: str = ""

    @property
    def at(self) -> Step | None:
        """The step; None before the first and behind the last."""
        return STEPS[self.step] if self.step is not None and self.step < len(STEPS) else None


def moved(progress: Progress, *, change: int, entry: int | None, post: str = "") -> Progress:
    """Return the progress at the next step, which begins behind that change and that entry."""
    if progress.step is None:
        return progress
    if progress.at is None:
        return replace(progress, step=None)
    post = post or progress.post
    step = progress.step + 1
    while step < len(STEPS) and STEPS[step].of_post and not post:
        step += 1
    return replace(progress, step=step, change=change, entry=entry, post=post)
