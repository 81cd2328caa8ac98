"""What members may ask about their data: a copy, and to be forgotten; and what may keep that from happening."""
