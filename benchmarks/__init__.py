"""Measures speed, memory and how well disguised words are found."""
