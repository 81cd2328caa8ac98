"""A small chat in the browser: for trying Locum, for training, for rehearsing a change, and for tests.

To the core it is a platform like any other: it stands behind the same port, keeps its own state in a file of its own,
and may fail between two transactions as a real one does.
"""
