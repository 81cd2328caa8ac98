"""The keys outside the database for a command beside the program: made as its first start makes them."""

from adapters.keyfile import open_key_file, read_given_keys
from bot.app.alone import database_file
from bot.app.building import find_keys
from bot.app.clock import machine_clock
from bot.ports import Keys
from bot.services.rotating import new_signing_key
from bot.settings import Settings
from bot.store.engine import open_store
from bot.store.migrate import check_schema


async def keys_at_hand(settings: Settings) -> Keys:
    """Return the keys; a file is made only where nothing stored needs older ones, and a database never is.

    Raises StoreError, KeyFileError, KeysDontFitError.
    """
    file, clock = database_file(settings), machine_clock()
    if file is not None and not file.exists():
        if settings.keys is not None:
            return read_given_keys(settings.keys.get_secret_value())
        return open_key_file(settings.key_file, clock, new_signing_key, make=True)
    store = open_store(settings.database.get_secret_value(), alone=False)
    try:
        await check_schema(store)
        return await find_keys(settings, store, clock)
    finally:
        await store.close()
