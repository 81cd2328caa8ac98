"""What holds of addresses where nobody says which references lead to one."""


def everything(_: str) -> bool:
    """Return that a reference leads to an address: what holds where nobody says which do."""
    return True
