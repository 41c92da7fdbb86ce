"""Load by wrk."""

import re
import resource
import subprocess
from dataclasses import dataclass

from .failure import Failure
from .processes import BENCH


@dataclass(frozen=True)
class Work:
    """What is asked of a proxy, over and over."""

    body: str
    tokens: tuple
    path: str = "/api/inference"
    refused: bool = False
    """Whether every call is to be refused, and none to be served."""
    connections: int = 32
    pause: int = 0
    """Milliseconds that a connection waits between an answer and its next request; 0 for as fast as it goes."""


@dataclass(frozen=True)
class Load:
    """What wrk did."""

    requests: int
    seconds: float
    p50: float
    p99: float
    p999: float
    cpu: float
    """Seconds of processor that wrk itself took."""


class Wrk:
    """Keeps files of bodies and tokens, and runs wrk with them."""

    def __init__(self, directory, cpus):
        self._directory = directory / "wrk"
        self._directory.mkdir()
        self._cpus = cpus
        self._files = {}

    def _file(self, text):
        if text not in self._files:
            path = self._directory / str(len(self._files))
            path.write_text(text)
            self._files[text] = path
        return self._files[text]

    def run(self, proxy, work, seconds):
        """Load for so long. Anything but the answers that are expected is a failure."""
        command = [
            *("taskset", "-c", self._cpus, "wrk", "-t1", f"-c{work.connections}", f"-d{seconds}s"),
            *("--timeout", "10s", "-s", BENCH / "harness" / "load.lua"),
            f"{proxy.scheme}://127.0.0.1:{proxy.port}",
            *("--", work.path, self._file(work.body), self._file("\n".join(work.tokens) + "\n"), work.pause),
        ]
        before = children_seconds()
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
        cpu = children_seconds() - before
        found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
        if done.returncode != 0 or not found:
            raise Failure(f"wrk failed:\n{done.stdout}{done.stderr}")
        result = {name: float(value) for name, value in (pair.split("=") for pair in found.group(1).split())}
        _require_expected(result, work, done.stdout)
        return Load(
            requests=int(result["requests"]),
            seconds=result["micros"] / 1e6,
            p50=result["p50"],
            p99=result["p99"],
            p999=result["p999"],
            cpu=cpu,
        )


def _require_expected(result, work, output):
    broken = {name: int(result[name]) for name in ("connect", "read", "write", "timeout") if result[name] > 0}
    if broken:
        raise Failure(f"connections broke while it was measured: {broken}\n{output}")
    refused = int(result["status"])
    if refused != (int(result["requests"]) if work.refused else 0):
        raise Failure(f"{refused} of {int(result['requests'])} calls were refused while it was measured\n{output}")


def children_seconds():
    """Processor time of all processes that we started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
