"""Files entries: under which one surrogate each is found again, without a reading of them all."""

from bot.ledger.entries import Entry

#: characters of a surrogate; nothing else is a name that is looked up
_SURROGATE = 32
#: the details by which an entry without a case is found, the first that it has
_NAMED = ("decision", "sanction", "approval", "appeal", "message")


def filed_under(entry: Entry) -> str | None:
    """Return the surrogate of what an entry belongs to: its case, or else what it is about; None for neither.

    One name is enough: whoever looks up what followed from a message asks for all that belongs to it. No account is
    such a name, so that nobody's entries can be told from others by it.
    """
    for name in (entry.case, entry.action, *map(entry.details.get, _NAMED)):
        if isinstance(name, str) and len(name) == _SURROGATE:
            return name
    return None
