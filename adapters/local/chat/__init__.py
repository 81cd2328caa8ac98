"""The chat itself: people, rooms, posts and sanctions, kept in a file of its own."""
