"""The messages that a history learnt of during some time, filed under every series that is watched."""

from collections.abc import Hashable, Iterator

from bot.domain.judgement import Features
from bot.policy.near import NearCopies
from bot.policy.watch import Watch, counted_under
from bot.policy.windows import Table, put, take

_FIELDS = Features._fields

#: where the amount stands that every message has once
_ONE = -1


class Generation:
    """Features by message id and in every watched series; it is dropped as a whole."""

    __slots__ = ("_plan", "copies", "counted", "floods", "joins", "near", "own_copies", "rows", "watch")

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        #: by message id
        self.rows: dict[str, Features] = {}
        #: by the series' name, then by member or channel
        self.floods: dict[str, Table] = {series: {} for series in sorted(watch.floods)}
        #: by skeleton
        self.copies: Table = {}
        #: by skeleton and member
        self.own_copies: Table = {}
        #: by signature
        self.near = NearCopies(watch.near)
        #: by the account age that is asked for, then all together
        self.joins: dict[float | None, Table] = {under: {} for under in watch.joins}
        #: by whom it is counted for, then as `counted_under` says
        self.counted: dict[str, Table] = {per: {} for per in sorted(watch.counted)}
        self._plan = tuple((table, *_places(series)) for series, table in self.floods.items())

    def add(self, row: Features) -> None:
        """File a message that isn't known."""
        self.rows[row.message] = row
        if not row.joined:
            for table, key, amount in self._plan:
                if amount == _ONE or row[amount]:
                    # `put`, spelt out: this runs for every message
                    series = table.get(row[key])
                    if series is None:
                        table[row[key]] = [row]
                    elif row[0] > series[-1][0]:
                        series.append(row)
                    else:
                        put(table, row[key], row)
        if row.skeleton is not None or row.joined or row.counted:
            for table, filed in self._rarer(row):
                put(table, filed, row)
            if row.shingles and self.watch.near:
                self.near.put(row)

    def remove(self, row: Features) -> None:
        """Take out a message."""
        del self.rows[row.message]
        for table, key, _ in self._plan:
            take(table, row[key], row)
        for table, filed in self._rarer(row):
            take(table, filed, row)
        if row.shingles and self.watch.near:
            self.near.take(row)

    def _rarer(self, row: Features) -> Iterator[tuple[Table, Hashable]]:
        """Yield the tables that not every message is in, with what the message is filed under."""
        if row.joined:
            for under, table in self.joins.items():
                if under is None or (row.account_age is not None and row.account_age < under):
                    yield table, ""
        elif row.skeleton is not None and self.watch.copies:
            yield self.copies, row.skeleton
            yield self.own_copies, (row.skeleton, row.member)
        for per, table in self.counted.items():
            for key in {counted_under(per, event, row.member, row.channel) for event in row.counted}:
                if key is not None:
                    yield table, key


def _places(series: str) -> tuple[int, int]:
    amount, _, per = series.split(" ")
    return _FIELDS.index(per), _ONE if amount == "messages" else _FIELDS.index(amount)
