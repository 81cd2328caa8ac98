"""The shape of every policy file, as pydantic models and as trees of conditions and outcomes."""
