"""A machine with one installation on it, whose commands are real processes."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: seconds within which something that is waited for comes, on a machine that is busy with other tests
_PATIENCE = 120.0


class Running:
    """A `locum run` that was started; what it prints is kept."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self.process, self._folder = process, folder

    @property
    def said(self) -> str:
        """What it has printed."""
        return (self._folder / "said.txt").read_text()

    @property
    def told(self) -> str:
        """What it has logged, and complained of."""
        return (self._folder / "told.txt").read_text()

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is true of a program that still runs."""
        end = time.monotonic() + _PATIENCE
        while not condition():
            assert self.process.poll() is None, self.said + self.told
            assert time.monotonic() < end, self.said + self.told
            time.sleep(0.05)

    def says(self, text: str) -> None:
        """Wait until it has printed something."""
        self.until(lambda: text in self.said)

    def stopped(self, by: signal.Signals = signal.SIGINT) -> int:
        """Tell it to stop, and return with what it ended."""
        self.process.send_signal(by)
        return self.process.wait(_PATIENCE)


class Machine:
    """A folder with policies, and an environment."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LOCUM_LOG_FORMAT": "json",
            **{name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX",) if name in os.environ},
            **environment,
        }
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str, **more: str) -> Running:
        """Start the program, and return at once."""
        kept = self.folder / f"run-{len(self._started)}"
        kept.mkdir()
        with (kept / "said.txt").open("wb") as said, (kept / "told.txt").open("wb") as told:
            process = subprocess.Popen(
                self._arguments("run", *arguments),
                cwd=self.folder,
                env={**self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=told,
            )
        self._started.append(process)
        return Running(process, kept)

    def run(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            self._arguments(*arguments),
            cwd=self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )

    def end(self) -> None:
        """Leave nothing running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()

    def _arguments(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bot.cli", *arguments]


def is_well(port: int) -> bool:
    """Return whether a program answers that it is well."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health")
        return line.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        line.close()
