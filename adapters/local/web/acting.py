"""What is done: posts, reactions, commands, presses, and the rehearsal itself."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.local.chat.types import ChatError, NotHereError, Room, RoomKind
from adapters.local.web import pressing
from adapters.local.web.answering import by_script, show
from adapters.local.web.asked import Lived
from adapters.local.web.drawing import href_of, rooms_seen
from adapters.local.web.looking import find_post
from adapters.local.web.page import Visit
from adapters.local.web.reading import number
from adapters.local.web.site import Site
from adapters.local.web.views import ReplyView
from bot.i18n import say

#: minutes that time can be skipped at once: a fortnight
_MOST_MINUTES = 14 * 24 * 60
#: how slow and how fast it can go on
_PACES = (0.25, 20.0)
_SEEDS = 2**31


async def write(site: Site, request: Request) -> Response:
    """Post what was written, or hand on the command that it is."""
    visit = site.visit(request)
    room, fields = site.room(request, visit), await fields_of(request)
    text = fields.get("text", "")
    if text.startswith("/"):
        return await _answered(site, request, visit, room, await pressing.give_command(visit, room, text))
    try:
        pressing.write(visit, room, text, reply_to=fields.get("reply_to", ""), files=fields.get("files", ""))
    except ChatError as error:
        return await _answered(site, request, visit, room, pressing.refusal(error, visit.language))
    return await _answered(site, request, visit, room, None)


async def change(site: Site, request: Request) -> Response:
    """Edit, remove or react to a post, or begin a thread at it."""
    visit = site.visit(request)
    room, fields = site.room(request, visit), await fields_of(request)
    chat, account = visit.community.chat, visit.account.id
    post, opened = find_post(visit, request.path_params["post"]), None
    try:
        if post is None or post.room != room.id:
            raise NotHereError
        match request.path_params["deed"]:
            case "edit":
                chat.edit(account, post.id, fields.get("text", ""))
            case "delete":
                chat.remove(account, post.id)
            case "react":
                chat.react(account, post.id, fields.get("sign", ""))
            case "thread":
                opened = chat.open_thread(account, post.id, fields.get("name", ""))
            case _:
                raise HTTPException(404)
    except ChatError as error:
        return await _answered(site, request, visit, room, pressing.refusal(error, visit.language))
    return await _answered(site, request, visit, opened or room, None, go=opened is not None)


async def press(site: Site, request: Request) -> Response:
    """Hand on a press, a choice or a form."""
    visit = site.visit(request)
    room = site.room(request, visit)
    async with request.form() as form:
        # a field of the form may be called so, too: what is pressed comes first
        action, *more = [*form.getlist("action"), ""]
        fields = _texts(form) | ({"action": str(more[0])} if more else {})
    return await _answered(site, request, visit, room, await pressing.press(visit, room, str(action), fields))


async def menu(site: Site, request: Request) -> Response:
    """Hand on what was chosen for a post or a member."""
    visit = site.visit(request)
    room, fields = site.room(request, visit), await fields_of(request)
    reply = await pressing.choose(
        visit, room, fields.get("command", ""), post=fields.get("post", ""), account=fields.get("account", "")
    )
    return await _answered(site, request, visit, room, reply)


async def join(site: Site, request: Request) -> Response:
    """Let somebody come in; the note of it stands in the first open room."""
    visit = site.visit(request)
    chat = visit.community.chat
    room = next((one for one in chat.rooms() if one.kind is RoomKind.OPEN), None)
    if room is None:
        return await _answered(site, request, visit, None, pressing.refusal(NotHereError(), visit.language))
    try:
        chat.join(visit.account.id, room.id)
    except ChatError as error:
        return await _answered(site, request, visit, None, pressing.refusal(error, visit.language))
    return await _answered(site, request, visit, room, None, go=True)


async def verify(site: Site, request: Request) -> Response:
    """Verify the whole ledger, and show what came of it."""
    visit = site.visit(request)
    verified = await visit.community.backstage.verify(visit.language)
    if visit.shown.tour is not None:
        visit.shown.tour.saw("verified")
    return await show(site, request, visit, None, "verified.html", verified=verified)


async def skip(site: Site, request: Request) -> Response:
    """Let the program's time jump ahead."""
    visit, fields = site.visit(request), await fields_of(request)
    minutes = number(fields.get("minutes", ""))
    if not minutes or not 1 <= int(minutes) <= _MOST_MINUTES:
        return await _answered(site, request, visit, None, _wrong(visit))
    visit.community.backstage.skip(timedelta(minutes=int(minutes)))
    return await _answered(site, request, visit, None, None)


async def life(site: Site, request: Request) -> Response:
    """Say how the community goes on."""
    visit, fields = site.visit(request), await fields_of(request)
    lived = visit.shown.life
    done = lived is not None and _live(lived, fields.get("do", ""), fields.get("value", ""))
    return await _answered(site, request, visit, None, None if done else _wrong(visit))


def _live(lived: Lived, deed: str, value: str) -> bool:
    """Do it, and return whether it can be done."""
    match deed:
        case "go":
            lived.go()
        case "pause":
            lived.pause()
        case "pace" if (pace := _pace(value)) is not None:
            lived.pace = pace
        case "scene" if value in lived.scenes:
            lived.begin(value)
        case "again" if number(value):
            lived.again(int(value) % _SEEDS)
        case _:
            return False
    return True


def _pace(value: str) -> float | None:
    try:
        pace = float(value)
    except ValueError:
        return None
    slowest, fastest = _PACES
    return pace if slowest <= pace <= fastest else None


async def tour(site: Site, request: Request) -> Response:
    """Begin the tour, leave a step out, or end it."""
    visit, fields = site.visit(request), await fields_of(request)
    guided, deed = visit.shown.tour, fields.get("do", "")
    deeds = {} if guided is None else {"start": guided.start, "next": guided.next, "leave": guided.leave}
    if deed not in deeds:
        return await _answered(site, request, visit, None, _wrong(visit))
    deeds[deed]()
    at = await guided.view(visit.account.id, visit.language) if guided is not None and deed == "start" else None
    if at is not None and at.href and not by_script(request):
        # from the first page: to whom the first step is about
        return RedirectResponse(at.href, status_code=303)
    return await _answered(site, request, visit, None, None)


async def fields_of(request: Request) -> Mapping[str, str]:
    """Return what a form says, of fields that come twice the last."""
    async with request.form() as form:
        return _texts(form)


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def _wrong(visit: Visit) -> ReplyView:
    return ReplyView(text=say("chat.not_done", visit.language), done=False)


async def _answered(
    site: Site, request: Request, visit: Visit, room: Room | None, reply: ReplyView | None, *, go: bool = False
) -> Response:  # fmt: skip
    """Return what somebody is told; where there is nothing to say, nothing, or the page for who runs no scripts."""
    if reply is not None:
        room = room or next(iter(rooms_seen(visit.community.chat, visit.account.id)))
        return await show(site, request, visit, room, "answer.html", reply=reply)
    where = f"{visit.base}/" if room is None else href_of(visit.reader({}), room)
    if not by_script(request):
        return RedirectResponse(where, status_code=303)
    return HTMLResponse("", 204, {"HX-Redirect": where} if go else None)
