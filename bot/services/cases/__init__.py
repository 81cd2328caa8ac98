"""Casework: claiming, noting, asking, passing on and closing what belongs together about one member."""
