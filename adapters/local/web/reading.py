"""What is read: pages, streams of events, what is behind a post, and ways to go on typing."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from adapters.local.chat.types import RoomKind
from adapters.local.translate import channel_of, message_ref
from adapters.local.web.answering import by_script, show
from adapters.local.web.completing import Asked, complete
from adapters.local.web.drawing import draw_post, href_of, rooms_seen
from adapters.local.web.events import events
from adapters.local.web.looking import find_post, lookups_of
from adapters.local.web.page import MOST as POSTS
from adapters.local.web.page import Visit, draw_marked, earlier_than, followed_of, frame, offered, whole_page
from adapters.local.web.people import people_of
from adapters.local.web.rendering import visible
from adapters.local.web.site import Site
from adapters.local.web.views import BehindView, ReplyView
from bot.commands.command import Command
from bot.domain.command import Invocation, OptionValue, Suggestion
from bot.i18n import say

#: posts that are offered where a command takes one
_OFFERED = 12
_FIRST_WORDS = 60


async def first_room(site: Site, request: Request) -> Response:
    """Lead to the first room that somebody sees: their own where there is no other."""
    visit = site.visit(request)
    [room, *_] = rooms_seen(visit.community.chat, visit.account.id)
    return RedirectResponse(href_of(visit.reader({}), room), status_code=303)


async def page(site: Site, request: Request) -> Response:
    """Show a room, or what stood in it earlier."""
    visit = site.visit(request)
    room = site.room(request, visit)
    before = request.query_params.get("before", "")
    if before and by_script(request):
        posts = visit.community.chat.posts(room.id, before=number(before), most=POSTS)
        people = await people_of(visit.known, visit.language)
        drawn = await draw_marked(visit, people, room, posts)
        view = await frame(visit, room, people, posts=drawn, earlier=earlier_than(posts))
        return site.page("posts.html", visit.language, posts=drawn, earlier=view.earlier, view=view)
    return site.page("page.html", visit.language, view=await whole_page(visit, room))


async def stream(site: Site, request: Request) -> Response:
    """Tell what happens in a room from a change on: the last one that was heard of, or that the page shows."""
    visit = site.visit(request)
    room = site.room(request, visit)
    heard = number(request.headers.get("last-event-id", ""))
    after = heard or number(request.query_params.get("after", "")) or "0"
    state = request.query_params.get("state", "")
    told = events(
        visit, room, int(after), resumed=bool(heard), state=state, render=site.render, stopping=site.stopping
    )  # fmt: skip
    return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def behind(site: Site, request: Request) -> Response:
    """Show what is behind a post."""
    visit = site.visit(request)
    room = site.room(request, visit)
    post = find_post(visit, request.path_params["post"])
    home = None if post is None else visit.community.chat.room(post.room)
    if post is None or home is None:
        return await show(site, request, visit, room, "answer.html", status=404, reply=_gone(visit))
    people = await people_of(visit.known, visit.language)
    chain = await visit.community.backstage.chain(message_ref(visit.community.name, home, post.id), visit.language)
    followed = post.id in await followed_of(visit, [post])
    # marks are about what was judged, and the record has it where the chat no longer does
    text = chain.text or post.text
    drawn = draw_post(
        visit.community.chat, visit.reader(people), post, followed=followed, text=text, marks=chain.marks
    )  # fmt: skip
    if visit.shown.tour is not None:
        visit.shown.tour.saw("behind")
    return await show(site, request, visit, room, "behind.html", behind=BehindView(post=drawn, chain=chain))


async def person(site: Site, request: Request) -> Response:
    """Show somebody, and what can be done about them."""
    visit = site.visit(request)
    room = site.room(request, visit)
    people = await people_of(visit.known, visit.language)
    shown = people.get(request.path_params["account"])
    if shown is None:
        return await show(site, request, visit, room, "answer.html", status=404, reply=_gone(visit))
    return await show(site, request, visit, room, "person.html", person=shown)


async def completions(site: Site, request: Request) -> Response:
    """Return ways to go on behind what was typed."""
    visit = site.visit(request)
    room, text = site.room(request, visit), request.query_params.get("text", "")
    community, chat = visit.community, visit.community.chat
    seen = (await visit.known.seen([visit.account.id], visit.language))[visit.account.id]

    async def known(command: Command, given: dict[str, OptionValue], option: str, typed: str) -> list[Suggestion]:
        asked = Invocation(
            community=community.name,
            id="",
            account=community.account_ref(visit.account.id),
            command=command.name,
            options=given,
            channel=None if room.kind is RoomKind.DIRECT else channel_of(community.name, room),
            connection=community.connection,
            language=visit.language,
        )
        return list(await community.backstage.complete(asked, option, typed))

    posts = [post for post in reversed(chat.posts(room.id, most=_OFFERED)) if post.gone_at is None and not post.card]
    asked = Asked(
        language=visit.language,
        commands=offered(seen),
        lookups=lookups_of(visit),
        # a command can be about somebody who went
        people=[one.name for one in chat.accounts() if one.joined_at is not None or text.startswith("/")],
        rooms=[one.name for one in rooms_seen(chat, visit.account.id) if one.kind is not RoomKind.DIRECT],
        posts=[(post.id, " ".join(post.text.split())[:_FIRST_WORDS]) for post in posts],
        known=known,
    )
    found = await complete(text, asked)
    return JSONResponse([asdict(one) | {"label": visible(one.label), "help": visible(one.help)} for one in found])


def number(text: str) -> str:
    """Return a number as it was given; empty for what is none."""
    return text if text.isascii() and text.isdecimal() and len(text) < 19 else ""


def _gone(visit: Visit) -> ReplyView:
    return ReplyView(text=say("chat.not_here", visit.language), done=False)
