"""Copies what a finding or a report is about before it goes: files and surroundings, sealed, and for a time."""
