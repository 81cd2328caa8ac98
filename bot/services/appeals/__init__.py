"""What members say against decisions, and who hears it."""
