"""Processes that serve: started on their processors, awaited, asked what they took, stopped."""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path
from string import Template

from . import machine
from .failure import Failure

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
PEERS = BENCH / "peers"
START_SECONDS = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def rendered(template, target, **values):
    """A configuration file out of one in `peers`."""
    target.write_text(Template((PEERS / template).read_text()).substitute(values))
    return target


class Server:
    """A process that serves on a port of this machine; what it prints goes to a file of its own."""

    name = "server"

    def __init__(self, name, directory, cpus):
        self.name = name
        self.directory = directory / name
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o755)  # workers of nginx are somebody else
        self.cpus = cpus
        self.port = 0
        self.output = self.directory / "output"
        self._process = None

    def launch(self, command, environment=None, cwd=None):
        """Starts it on its processors. The file is opened to append, so that it can be cut while it is written to."""
        self.output.write_bytes(b"")  # a server of the same name may have been here before
        pinned = ["taskset", "-c", self.cpus, *map(str, command)]
        with open(self.output, "ab") as out:
            self._process = subprocess.Popen(
                pinned,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=cwd or self.directory,
                env=clean_environment() | (environment or {}),
                start_new_session=True,
            )

    @property
    def pid(self):
        return self._process.pid

    def pids(self):
        return machine.tree(self.pid)

    def cpu(self):
        return machine.cpu_seconds(self.pids())

    def memory_kb(self):
        return machine.memory_kb(self.pids())

    def said(self):
        return self.output.read_text(errors="replace")

    def await_port(self):
        """Until it takes connections."""

        def connected():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        self.await_that(connected, "take connections")

    def await_line(self, pattern):
        """Until it has printed a line like this; the match."""
        found = self.await_that(lambda: re.search(pattern, self.said(), re.MULTILINE), "say that it is ready")
        return found

    def await_that(self, condition, what):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            result = condition()
            if result:
                return result
            if self._process.poll() is not None:
                raise Failure(f"{self.name} ended with {self._process.returncode}:\n{self.said()[-4000:]}")
            time.sleep(0.02)
        raise Failure(f"{self.name} did not {what} in {START_SECONDS} s:\n{self.said()[-4000:]}")

    def forget_output(self):
        os.truncate(self.output, 0)

    def stop(self):
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def clean_environment():
    """Ours without what would configure the proxy behind our back."""
    own = ("INFERENCE_PROXY_", "JWT_SECRET", "JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}
