"""Answers a request with the piece of a page that scripts ask for, or else with the whole page around it.

A browser sends a form, or follows a link, by itself before scripts run, without any, and into a new window.
"""

from starlette.requests import Request
from starlette.responses import Response

from adapters.local.chat.types import Room
from adapters.local.web.drawing import rooms_seen
from adapters.local.web.page import Visit, frame, whole_page
from adapters.local.web.site import Site


def by_script(request: Request) -> bool:
    """Return whether a script of the page asks, and puts the answer where it belongs by itself."""
    return "hx-request" in request.headers


async def show(
    site: Site, request: Request, visit: Visit, room: Room | None, piece: str, *, status: int = 200, **context: object
) -> Response:  # fmt: skip
    """Return a template filled in for a script; for anybody else the page of the room with it in its place."""
    if by_script(request):
        return site.page(piece, visit.language, status=status, view=await frame(visit, room), **context)
    room = room or next(iter(rooms_seen(visit.community.chat, visit.account.id)))
    return site.page("page.html", visit.language, status=status, view=await whole_page(visit, room), **context)
