"""Links in messages: found however they are written, parsed as browsers do, compared by host."""

from bot.policy.links.find import LINK_HINT, find_links, find_sightings
from bot.policy.links.link import Link

__all__ = ["LINK_HINT", "Link", "find_links", "find_sightings"]
