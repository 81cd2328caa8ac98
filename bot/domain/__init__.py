"""Frozen types and pure functions, built on the standard library alone."""
