"""Generators of files that are kept in the repository: run them again when their source changes."""
