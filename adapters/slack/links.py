"""Links that lead somebody with the right to where a step by hand is done: none of them holds a secret."""

from adapters.slack.door import Door


def message_link(door: Door, channel: str, message: str, thread: str = "") -> str:
    """Return where a message is seen, as Slack's own links say it."""
    behind = f"?thread_ts={thread}&cid={channel}" if thread else ""
    return f"{_front(door)}archives/{channel}/p{message.replace('.', '')}{behind}"


def person_link(door: Door, user: str) -> str:
    """Return where somebody's profile is seen, from which an admin goes on to their account."""
    return f"{_front(door)}team/{user}"


def people_link(door: Door) -> str:
    """Return where members and user groups are managed."""
    return f"{_front(door)}admin"


def _front(door: Door) -> str:
    return door.own.url or "https://slack.com/"
