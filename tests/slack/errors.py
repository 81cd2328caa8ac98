"""What Slack answers to a call that it doesn't do."""

from typing import Any


class Refused(Exception):  # noqa: N818 - an answer, not a mistake of the server
    """A call that gets one of Slack's errors."""

    def __init__(self, error: str, *, status: int = 200, after: int | None = None, **more: Any) -> None:
        super().__init__(error)
        #: Slack's word for it
        self.error = error
        #: 200 for nearly all
        self.status = status
        #: seconds of `Retry-After`
        self.after = after
        self.body: dict[str, Any] = {"ok": False, "error": error, **more}


def invalid(*messages: str, error: str = "invalid_arguments") -> Refused:
    """Return the refusal of arguments, with a line for each that is wrong, as Slack lists them."""
    shown = [f"[ERROR] {one}" for one in messages]
    return Refused(error, response_metadata={"messages": shown}, errors=list(messages))
