"""Reads the whole story of a message, for whoever runs the program on their own machine and wants to see it work."""
