"""Which messages came with files: a message that is deleted leaves them, and then nobody can tell which they were."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

#: messages that are remembered
_MOST = 50_000


@dataclass(kw_only=True, slots=True)
class Files:
    """Files of messages that were heard lately."""

    _known: "OrderedDict[tuple[str, str], tuple[str, ...]]" = field(default_factory=OrderedDict)

    def heard(self, channel: str, message: str, files: Sequence[str]) -> None:
        """Remember a message and its files, those of an earlier revision included."""
        before = self._known.pop((channel, message), ())
        self._known[channel, message] = tuple(dict.fromkeys((*before, *files)))
        while len(self._known) > _MOST:
            self._known.popitem(last=False)

    def of(self, channel: str, message: str) -> tuple[str, ...] | None:
        """Return the ids of a message's files; None for a message that isn't remembered."""
        return self._known.get((channel, message))
