"""The guided tour: three minutes through one community, done by the visitor's own clicks."""

from adapters.local.tour.tour import Tour

__all__ = ["Tour"]
