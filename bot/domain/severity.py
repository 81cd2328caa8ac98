"""How grave a rule, a finding or a case is."""

from enum import IntEnum


class Severity(IntEnum):
    """Ordered: a higher value is graver."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The word that policies and reports use, such as `high`."""
        return self.name.lower()
