"""Slack: what its workspaces tell, as the core knows it, and what the core asks, as Slack takes it."""
