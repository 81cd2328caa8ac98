"""Replay: what a community's policies would have done to messages of the past."""
