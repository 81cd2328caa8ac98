"""Prevention: what plain rules would delete is held back by Discord itself, so that it never appears."""
