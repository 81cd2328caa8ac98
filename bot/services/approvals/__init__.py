"""What waits for another person's yes: held with an interim measure, answered, or lapsed."""
