"""What a replay shows: tables for the terminal, and one self-contained page."""
