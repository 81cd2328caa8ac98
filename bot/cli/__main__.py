"""Starts the program as `python -m bot.cli`, for where no console script is installed."""

from bot.cli.main import main

main(prog_name="locum")
