"""The registry: every signal that a policy can name."""
