"""What can be wrong with what is stored."""

from bot.errors import LocumError


class StoreError(LocumError):
    """The database can't be used."""


class UnavailableError(StoreError):
    """The database doesn't answer: it is locked, full, stopped or out of reach. What was under way is tried again."""


class UnknownDatabaseError(StoreError):
    """Name the database as a file, or as sqlite:///FILE or postgresql://USER@HOST/NAME."""


class InUseError(StoreError):
    """Another process runs on this database file: stop that one first, or use PostgreSQL for several."""


class NewerSchemaError(StoreError):
    """The database was made by a newer version of Locum: start that version, or restore an older backup."""


class OlderSchemaError(StoreError):
    """The database is older than this version of Locum: run `locum migrate`."""


class OwnershipLostError(StoreError):
    """Another process took over meanwhile: nothing of this was stored."""


class AppendOnlyError(StoreError):
    """The ledger can only be appended to."""
