"""Starts the program as `python -m bot.cli`, for where no console script is installed."""

import signal

# loading takes a moment, in which Ctrl-C is to end the program without showing where it was
_listens = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if _listens:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from bot.cli.main import main  # noqa: E402 - see above

if _listens:
    signal.signal(signal.SIGINT, signal.default_int_handler)
main(prog_name="locum")
