"""The one table of commands, and the functions behind them: what every platform offers in its own way."""
