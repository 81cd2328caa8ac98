"""The whole page of one person in one room, and the parts of it that change by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.local.chat.types import Account, Post, Room, RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.translate import message_ref
from adapters.local.web.asked import Shown
from adapters.local.web.drawing import Reader, draw_posts, draw_room, rooms_seen
from adapters.local.web.knowing import Known
from adapters.local.web.people import Groups, base_of, grouped, people_of, present, until_in_words
from adapters.local.web.views import LifeView, MenuItem, PageView, PersonView, PostView, WelcomeView
from bot.commands.command import Command, menu_name
from bot.commands.table import COMMANDS
from bot.domain.command import Audience, OptionKind
from bot.domain.outcome import OutcomeKind
from bot.i18n import say, show_time
from bot.services.tracing.chain import Seen

#: posts of a page
MOST = 50
#: the smallest piece of time by which the program can be ahead
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Somebody who looks at a community."""

    #: the community, and what lives in it
    shown: Shown
    #: what is remembered of it
    known: Known
    #: who they are
    account: Account
    #: what they read
    language: str
    #: the token that their forms carry
    csrf: str
    #: other communities on this machine: (name, address)
    others: tuple[tuple[str, str], ...] = ()

    @property
    def community(self) -> LocalCommunity:
        """The community itself."""
        return self.shown.community

    @property
    def base(self) -> str:
        """In front of every address of theirs."""
        return base_of(self.community.name, self.account.id)

    def reader(self, people: Mapping[str, PersonView]) -> Reader:
        """Return for whom posts are drawn."""
        return Reader(account=self.account.id, language=self.language, base=self.base, people=people)


async def welcome(
    shown: Shown, known: Known, language: str, csrf: str, others: Sequence[tuple[str, str]]
) -> WelcomeView:
    """Return the first page: who somebody wants to be."""
    people = await people_of(known, language)
    return WelcomeView(
        community=shown.community.name,
        language=language,
        csrf=csrf,
        people=_everybody(shown.community, people, language),
        others=tuple(others),
        tour=_tour_of(shown, people),
    )


def _tour_of(shown: Shown, people: Mapping[str, PersonView]) -> str:
    """Return where the tour is begun, by anybody: it leads on to whom its first step is about."""
    anybody = next((account for account, one in people.items() if one.href), "")
    offered = shown.tour is not None and shown.tour.offered
    return f"{base_of(shown.community.name, anybody)}/tour" if offered and anybody else ""


async def whole_page(visit: Visit, room: Room | None) -> PageView:
    """Return everything that somebody sees in a room."""
    chat = visit.community.chat
    # what comes while the page is drawn comes once more by itself
    newest = chat.newest
    people = await people_of(visit.known, visit.language, visit.account.id)
    posts = chat.posts(room.id, most=MOST) if room is not None else ()
    drawn = await draw_marked(visit, people, room, posts)
    return await frame(visit, room, people, posts=drawn, newest=newest, earlier=earlier_than(posts))


async def frame(
    visit: Visit,
    room: Room | None,
    people: Mapping[str, PersonView] | None = None,
    *,
    posts: tuple[PostView, ...] = (),
    newest: int = 0,
    earlier: str = "",
) -> PageView:
    """Return the page with those posts; without any, as parts of it need it that change by themselves."""
    community, language = visit.community, visit.language
    chat = community.chat
    people = await people_of(visit.known, language, visit.account.id) if people is None else people
    account = chat.account(visit.account.id) or visit.account
    seen = (await visit.known.seen([account.id], language))[account.id]
    reader = visit.reader(people)
    here = room.id if room is not None else ""
    banned = chat.held(account.id, OutcomeKind.BAN).standing.held
    return PageView(
        community=community.name,
        language=language,
        base=visit.base,
        reader=people[account.id],
        csrf=visit.csrf,
        room=None if room is None else draw_room(reader, room, here=here),
        rooms=tuple(draw_room(reader, one, here=here) for one in rooms_seen(chat, account.id)),
        posts=posts,
        earlier=earlier,
        newest=newest,
        barred=_barred(community, account, room, language),
        may_join=account.joined_at is None and not banned and not chat.closed,
        post_menu=_menu(OptionKind.MESSAGE, seen, language),
        member_menu=_menu(OptionKind.MEMBER, seen, language),
        entries=await visit.known.entries(language),
        people=_everybody(community, people, language),
        present=present(people, chat.accounts()),
        tour=None if visit.shown.tour is None else await visit.shown.tour.view(account.id, language),
        tour_offered=visit.shown.tour is not None and visit.shown.tour.offered,
        heard=chat.newest_posts(account.id),
        life=life_view(visit),
        others=visit.others,
        ahead=seconds_ahead(community),
    )


async def draw_marked(
    visit: Visit, people: Mapping[str, PersonView], room: Room | None, posts: Sequence[Post]
) -> tuple[PostView, ...]:  # fmt: skip
    """Return posts drawn, those marked that something followed from."""
    followed = await followed_of(visit, posts)
    chat, before = visit.community.chat, None
    if posts and room is not None:
        before = next(iter(chat.posts(room.id, before=posts[0].id, most=1)), None)
    return draw_posts(chat, visit.reader(people), posts, followed, before=before)


async def followed_of(visit: Visit, posts: Sequence[Post]) -> frozenset[str]:
    """Return which of the posts something followed from."""
    if not posts:
        return frozenset()
    community = visit.community
    chat = community.chat
    rooms = {name: room for name in {post.room for post in posts} if (room := chat.room(name)) is not None}
    refs = [message_ref(community.name, rooms[post.room], post.id) for post in posts if post.room in rooms]
    return frozenset(ref.message for ref in await community.backstage.marked(refs))


def earlier_than(posts: Sequence[Post]) -> str:
    """Return the post before which there is more, perhaps; empty for none."""
    return posts[0].id if len(posts) == MOST else ""


def offered(seen: Seen) -> list[Command]:
    """Return the commands that are offered to somebody; what may be done with them is decided elsewhere."""
    return [
        one for one in COMMANDS
        if one.typed and (one.audience is Audience.EVERYBODY or one.audience.value in seen.audiences)
    ]  # fmt: skip


def seconds_ahead(community: LocalCommunity) -> int:
    """Return how far the program's time is ahead of the machine's: it jumps, and then goes on with it."""
    ahead = community.backstage.now() - datetime.now(UTC)
    return max(0, round(ahead.total_seconds()))


def life_view(visit: Visit) -> LifeView | None:
    """Return how the community goes on; None where nothing lives by itself."""
    life, language = visit.shown.life, visit.language
    if life is None:
        return None
    ahead = timedelta(seconds=seconds_ahead(visit.community))
    return LifeView(
        running=life.running,
        pace=life.pace,
        seed=life.seed,
        scenes=tuple((name, say(f"chat.scene_{name}", language)) for name in life.scenes),
        ahead="" if ahead < _MINUTE else show_time(ahead // _MINUTE * _MINUTE, language),
    )


def _everybody(community: LocalCommunity, people: Mapping[str, PersonView], language: str) -> Groups:
    return grouped(people, community.backstage.policies.governance.roster, language)


def _menu(kind: OptionKind, seen: Seen, language: str) -> tuple[MenuItem, ...]:
    return tuple(
        MenuItem(command=one.name, label=menu_name(one, language))
        for one in offered(seen) if one.menu is kind
    )  # fmt: skip


def _barred(community: LocalCommunity, account: Account, room: Room | None, language: str) -> str:
    """Return why somebody can't write in a room; what the chat refuses beyond that, it says when they try."""
    chat = community.chat
    if room is None:
        return say("chat.barred_room", language)
    if room.kind is RoomKind.DIRECT:
        return ""
    for sanction in (OutcomeKind.BAN, OutcomeKind.TIMEOUT):
        standing = chat.held(account.id, sanction).standing
        if standing.held:
            return say(f"chat.barred_{sanction.value}", language, until=until_in_words(standing.until, language))
    return "" if account.joined_at is not None else say("chat.barred_away", language)
