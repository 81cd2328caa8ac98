"""Escalation: who is told in which order, until somebody takes it on."""
