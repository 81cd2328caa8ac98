"""The command line: parses arguments, calls one service, shows its answer."""
