"""What people call something that has only a surrogate: short, and nobody's name."""

#: digits of a surrogate that a handle shows: one in four thousand million
_DIGITS = 8


def handle_of(surrogate: str) -> str:
    """Return the handle of a member, a sanction or a decision, such as `3FA2B19C`."""
    return surrogate[:_DIGITS].upper()


def is_handle(text: str) -> bool:
    """Return whether a text could be a handle, or the beginning of a surrogate that is longer."""
    return len(text) >= _DIGITS and text.isascii() and text.isalnum()
