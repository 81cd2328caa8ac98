"""The page: a chat in the browser, and beside it what Locum does."""
