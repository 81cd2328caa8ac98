"""Discord: what its servers tell, as the core knows it, and what the core asks, as Discord takes it."""
