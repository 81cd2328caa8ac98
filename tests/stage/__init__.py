"""A whole community for stories: policies with two partners, a world to write in, and everybody who acts in it."""
