"""Times as replies write them: in the community's own zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.command import Call


def clock(call: Call, at: datetime) -> str:
    """Return a time to the minute, with its day where that isn't today."""
    zone = ZoneInfo(call.work.policies.zone)
    local, today = at.astimezone(zone), call.work.now.astimezone(zone).date()
    return local.strftime("%H:%M" if local.date() == today else "%Y-%m-%d %H:%M")
