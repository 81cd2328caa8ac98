"""What can be wrong with what is stored."""

from bot.errors import LocumError


class StoreError(LocumError):
    """The database can't be used."""


class UnavailableError(StoreError):
    """The database doesn't answer: it is locked, full, stopped or out of reach. What was under way is tried again."""


class NoDatabaseError(StoreError):
    """There is no database file there: name the one that is meant, or make one with `locum migrate`."""


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


class BadRecurrenceError(StoreError):
    """The recurrence can't be read: five fields of cron and an IANA time zone are wanted."""


class CorruptedError(StoreError):
    """The database is damaged: stop, restore the newest backup, and run `locum verify` on it before going on."""


class ReadOnlyError(StoreError):
    """Nothing can be written here: the transaction only reads, or the database is write-protected."""


class DeniedError(StoreError):
    """The database refuses the role: give it what it needs with `locum migrate --role NAME`, as the tables' owner."""


class StatementError(StoreError):
    """The database refused a statement, which is a mistake in Locum: please report it."""


class UnknownRoleError(StoreError):
    """There is no such role: make it in PostgreSQL with CREATE ROLE NAME LOGIN. An SQLite file has no roles."""


class UnfitRoleError(StoreError):
    """The role is a superuser, or one of the tables' owners, and could change the record: choose another one."""
