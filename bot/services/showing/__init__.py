"""Cards as wanted states: what staff are to see, brought to their channels and edited in place."""
