"""One package per outside party; nothing but translation."""
