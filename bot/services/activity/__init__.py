"""Accountability: what every organisation and person did, for whom, and what came of it, from the ledger alone."""
