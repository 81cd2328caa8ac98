"""The error tree: every error's docstring is the message a person can act on."""


class LocumError(Exception):
    """Something went wrong inside Locum."""

    def __str__(self) -> str:
        """Return the given message, or the class's own when none was given."""
        return super().__str__() or (type(self).__doc__ or "").strip()


class InputError(LocumError):
    """The input can't be read: name an existing export file or folder."""
