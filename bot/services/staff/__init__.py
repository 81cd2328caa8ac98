"""Those who moderate: who an account belongs to, how they stand, and everything that changes that."""
