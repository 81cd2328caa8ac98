"""The composition root: builds everything from the settings, and owns start and stop."""
