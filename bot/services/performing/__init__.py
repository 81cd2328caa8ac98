"""Performs the outbox: what was planned is asked of platforms and pagers, and what became of it is written down."""

from bot.domain.place import PAGER
from bot.services.performing.needs import Check, Limits, Needs, allow_all
from bot.services.performing.numbers import Numbers
from bot.services.performing.outside import Outside, through_pager, through_platform
from bot.services.performing.performer import Performer
from bot.services.performing.renewing import RENEW, RENEW_DOORS, renew, renew_doors

__all__ = [
    "PAGER",
    "RENEW",
    "RENEW_DOORS",
    "Check",
    "Limits",
    "Needs",
    "Numbers",
    "Outside",
    "Performer",
    "allow_all",
    "renew",
    "renew_doors",
    "through_pager",
    "through_platform",
]
