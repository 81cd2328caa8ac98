"""Pages for named people: a reference says under which name their address stands in the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.web import AddressError
from bot.domain.action import Answer, Result
from bot.ports import OutsideError, Pager

#: makes the pager for an address of one medium; raises AddressError, MailboxError for one that can't be used
Making = Callable[[str], Pager]


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Finds whom a page is for; answers to the port `Pager`."""

    #: where pages go that name nobody; None for nowhere
    default: Pager | None
    #: by medium, `webhook` and `email`: makes a pager for an address; one that is missing can't be reached at all
    making: Mapping[str, Making]
    #: the environment: name → address; secret
    addresses: Mapping[str, str] = field(repr=False)

    @cached_property
    def _found(self) -> dict[str, Pager | None]:
        return {}

    def knows(self, to: str) -> bool:
        """Return whether a reference leads to an address that can be used."""
        return self._find(to) is not None

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        """Send a page, and return what became of it; `FORBIDDEN` where nothing leads to whom it is for."""
        pager = self._find(to) if to else self.default
        if pager is None:
            return Result(answer=Answer.FORBIDDEN, reason="no_address" if to else "no_pager")
        return await pager.page(text, key=key)

    def _find(self, to: str) -> Pager | None:
        if to not in self._found:
            self._found[to] = self._made(to)
        return self._found[to]

    def _made(self, to: str) -> Pager | None:
        medium, _, name = to.partition(":")
        making, address = self.making.get(medium), self.addresses.get(name, "").strip()
        if making is None or not address:
            return None
        try:
            return making(address)
        except (AddressError, OutsideError):
            return None
