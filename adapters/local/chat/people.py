"""Accounts and how they stand, as the chat's file keeps them."""

import msgspec

from adapters.local.chat.book import Book, Row, micros, micros_or_none, moment, moment_or_none
from adapters.local.chat.types import Account, Held
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing

_COLUMNS = "id, name, created_at, joined_at, roles, language, bot"


def all_accounts(book: Book) -> list[Account]:
    """Return every account."""
    return [_account(row) for row in book.all(f"SELECT {_COLUMNS} FROM accounts")]  # noqa: S608 - names of columns


def save_account(book: Book, account: Account) -> None:
    """Make an account, or write down what it is like now."""
    book.write(
        f"INSERT OR REPLACE INTO accounts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - names of columns
        (
            account.id,
            account.name,
            micros(account.created_at),
            micros_or_none(account.joined_at),
            msgspec.json.encode(sorted(account.roles)).decode(),
            account.language,
            account.bot,
        ),
    )


def _account(row: Row) -> Account:
    identifier, name, created_at, joined_at, roles, language, bot = row
    return Account(
        id=identifier,
        name=name,
        created_at=moment(created_at),
        joined_at=moment_or_none(joined_at),
        roles=frozenset(msgspec.json.decode(roles, type=list[str])),
        language=language,
        bot=bool(bot),
    )


def all_standings(book: Book) -> dict[tuple[str, OutcomeKind], Held]:
    """Return how accounts stand by what was said last, whether or not that is over."""
    rows = book.all("SELECT account, sanction, held, until, by FROM standings")
    return {
        (account, OutcomeKind(sanction)): Held(
            standing=Standing(held=bool(held), until=moment_or_none(until)), by=by
        )
        for account, sanction, held, until, by in rows
    }  # fmt: skip


def save_standing(book: Book, account: str, sanction: OutcomeKind, held: Held) -> None:
    """Write down how an account stands."""
    standing = held.standing
    book.write(
        "INSERT OR REPLACE INTO standings (account, sanction, held, until, by) VALUES (?, ?, ?, ?, ?)",
        (account, sanction.value, standing.held, micros_or_none(standing.until), held.by),
    )
