"""Keeps the web server and the worker running until told to stop. `manage.py serve` turns into this.

A program of its own, and without Django, because it stays: it takes a tenth of the memory.
"""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

THREADS = 8  # per web worker; with two workers a pool of 20 connections suffices
LONGEST_START = 60  # seconds until the first answer
MOST_FALSE_STARTS = 3
PATIENCE = 12  # seconds between asking the children to end and ending them
LONGEST_PAUSE = 10  # seconds before a child that keeps failing is started again
STEADY = 10  # seconds after which a child counts as having started well
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Runs in the child: where the supervisor is killed outright, its children are told to end, too."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def on_stop(handler: Callable[[int, FrameType | None], object]) -> None:
    signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGTERM, handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup asks for it to be ignored
        signal.signal(signal.SIGHUP, handler)


class Child:
    """One command, started again when it ends; with `every`, started at most once in so many seconds.

    It leads a process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which ends the
    children in order, and what a killed child leaves behind can be swept up.
    """

    def __init__(self, name: str, command: Sequence[str], *, every: float | None = None) -> None:
        self.name = name
        self.every = every
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._started = time.monotonic()
        self._due = self._started + (every or 0)
        self.failures = 0

    def look_after(self, report: Callable[[str], None]) -> None:
        if self._process is None:
            if time.monotonic() >= self._due:
                self._start()
        elif not self.running:
            self._ended(self._process.returncode, report)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        # The leader alone: granian ends its own workers, and replaces those that end without being told to.
        if self._process:
            self._process.terminate()

    def end(self) -> None:
        if self._process:
            self._sweep()
            self._process.wait()

    def _start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (there are no threads here)
        )

    def _ended(self, code: int, report: Callable[[str], None]) -> None:
        self._sweep()
        self._process = None
        if self.every:
            self._due = self._started + self.every
            if code:
                report(f"{self.name} failed ({_said(code)}); it runs again in a minute.")
            return
        pause = self._pause()
        self._due = time.monotonic() + pause
        report(f"{self.name} ended ({_said(code)}); starting it again in {pause:.1f} s.")

    def _pause(self) -> float:
        lasted = time.monotonic() - self._started
        self.failures = 0 if lasted > STEADY else self.failures + 1
        return min(0.1 * 2**self.failures, LONGEST_PAUSE)

    def _sweep(self) -> None:
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _said(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


class Supervisor:
    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._children: list[Child] = []
        self._in_a_hurry = False
        self.stopping = False
        on_stop(self._on_stop)

    def add(self, child: Child) -> None:
        self._children.append(child)

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Returns when told to stop, or when `until` says so."""
        while not self.stopping:
            for child in self._children:
                child.look_after(self._report)
            if until():
                return
            time.sleep(0.1)

    def stop(self) -> None:
        """Asks the children to end, waits, and kills those that do not; at once on a second Ctrl-C."""
        for child in self._children:
            child.ask_to_end()
        deadline = time.monotonic() + PATIENCE
        while any(child.running for child in self._children) and time.monotonic() < deadline:
            if self._in_a_hurry:
                break
            time.sleep(0.05)
        for child in self._children:
            child.end()

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        # Ctrl-C alone hurries: make passes SIGTERM on to us, though whoever sent it may have done so, too.
        self._in_a_hurry = self.stopping and number == signal.SIGINT
        self.stopping = True


def main(address: str, port: int, workers: int, site_url: str, *also: str) -> None:
    supervisor = Supervisor(report=lambda line: print(line, file=sys.stderr, flush=True))
    server = Child("The web server", granian(address, port, workers))
    supervisor.add(server)
    try:
        supervisor.watch(until=_first_answer(server, address, port, urlsplit(site_url).netloc))
        if not supervisor.stopping:
            print(f"The archive is open at {site_url} (Ctrl-C closes it).", flush=True)
            for child in beside(also):
                supervisor.add(child)
            supervisor.watch()
    finally:
        supervisor.stop()


def beside(also: Sequence[str]) -> list[Child]:
    """What runs beside the server; the worker only if `also` names it."""
    worker = Child("The worker", manage("db_worker", "--queue-name=*", "--no-reload"))
    minute = Child("The minute's work", manage("tick"), every=60)
    return [worker, minute] if "worker" in also else [minute]


def granian(address: str, port: int, workers: int) -> list[str]:
    options = {
        "interface": "wsgi",
        "host": address,
        "port": port,
        "workers": workers,
        "blocking-threads": THREADS,
        "backlog": 1024,
        # Connections held at once, not requests at work: slow clients and idle ones must not lock others out.
        "backpressure": 512,
        "respawn-interval": 0.2,
        "workers-kill-timeout": 10,
        "log-level": "error",
    }
    flags = ["--respawn-failed-workers", *(f"--{name}={value}" for name, value in options.items())]
    return [sys.executable, "-m", "granian", *flags, "ballerina_site.wsgi:application"]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _first_answer(server: Child, address: str, port: int, host: str) -> Callable[[], bool]:
    deadline = time.monotonic() + LONGEST_START

    def answered() -> bool:
        if server.failures >= MOST_FALSE_STARTS or time.monotonic() > deadline:
            sys.exit("The web server does not start: its messages are above.")
        return _answers(address, port, host)

    return answered


def _answers(address: str, port: int, host: str) -> bool:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 (read, not bound)
    line = http.client.HTTPConnection(here, port, timeout=2)
    try:
        line.request("GET", "/health/live", headers={"Host": host})
        line.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
    return True


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
