"""A program on a Slack workspace: how soon a message is gone, and whether ten busy minutes pass without a loss."""
