"""Manual steps: people are asked for what a platform leaves to them, and what becomes of it is known and shown."""
