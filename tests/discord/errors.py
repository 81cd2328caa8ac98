"""How Discord says no: a status, a code and a sentence."""

from collections.abc import Mapping
from typing import Any

#: the codes that this server answers with, each with its status and Discord's own words
KNOWN: Mapping[int, tuple[int, str]] = {
    0: (401, "401: Unauthorized"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10006: (404, "Unknown Invite"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10026: (404, "Unknown Ban"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10066: (404, "Unknown auto moderation rule"),
    20016: (429, "This action cannot be performed due to slowmode rate limit"),
    20028: (429, "The write action you are performing on the channel has hit the write rate limit."),
    30032: (400, "Maximum number of application commands reached"),
    30034: (429, "Max number of daily application command creates has been reached (200)"),
    30035: (400, "Maximum number of bans for non-guild members have been exceeded"),
    40002: (403, "You need to verify your account in order to perform this action."),
    40007: (403, "The user is banned from this guild."),
    40005: (413, "Request entity too large. Try sending something smaller"),
    40058: (400, "Cannot send messages in a forum channel"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50016: (400, "Provided too few or too many messages to delete. Must provide between 2 and 100 messages to delete"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (403, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50034: (400, "A message provided was too old to bulk delete"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    200000: (400, "Message was blocked by automatic moderation"),
    500000: (400, "Failed to ban users"),
}


class Refused(Exception):  # noqa: N818 - an answer, not a mistake of the server
    """A request that gets one of Discord's errors."""

    def __init__(self, code: int, *, status: int | None = None, errors: Mapping[str, Any] | None = None) -> None:
        known, message = KNOWN[code]
        super().__init__(f"{status or known} {code} {message}")
        self.status = status or known
        self.code = code
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors


def invalid(field: str, message: str, code: str = "BASE_TYPE_BAD_LENGTH") -> Refused:
    """Return the refusal of a body in which one field is wrong; `field` is its path, `embeds.0.title`."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for name in reversed(field.split(".")):
        errors = {name: errors}
    return Refused(50035, errors=errors)
