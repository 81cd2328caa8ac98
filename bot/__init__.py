"""Locum: hands a community's moderation to outside teams without handing over the keys."""

__version__ = "0.1.0"
