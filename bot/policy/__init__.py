"""Community guidelines in YAML, compiled to an immutable policy set that judges messages."""
