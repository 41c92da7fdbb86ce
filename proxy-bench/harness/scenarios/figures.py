"""What scenarios of our own proxy alone share: figures with their goals, and starts that are timed."""

import os
import re
import signal
import subprocess
import time
from statistics import median

from .. import machine
from ..failure import Failure
from ..processes import ROOT, clean_environment
from ..report import Section, Table, spread


class Figures:
    """Rows of figures with their goals."""

    def __init__(self, unit):
        self._unit = unit
        self._rows = []
        self.goals = []

    def add(self, name, values, pattern="{:,.0f}", at_most=None):
        """A figure or several of the same; the median of them is judged."""
        values = values if isinstance(values, list) else [values]
        goal = ""
        if at_most is not None:
            middle = median(values)
            verdict = "met" if middle <= at_most else "MISSED"
            goal = f"≤ {at_most:g}: {verdict}"
            self.goals.append((f"{name}, {self._unit}", pattern.format(middle), f"≤ {at_most:g}", verdict))
        self._rows.append([name, spread(values, pattern), goal])

    def table(self):
        return Table(["", self._unit, "goal"], self._rows)


def section(title, text, figures, notes):
    goals = [goal for some in figures for goal in some.goals]
    return Section(title, text, [some.table() for some in figures], notes, goals)


def load_average():
    return f"load average of the machine then: {os.getloadavg()[0]:.2f}"


def output(command, **options):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, command))} failed:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def launcher(bench, *arguments):
    """The shipped program on all processors."""
    return ["taskset", "-c", bench.all_cpus, ROOT / "inference-proxy", *arguments]


def serve(bench, directory, upstream="http://127.0.0.1:1", settings=(), meanwhile=None):
    """Starts it, and ends it once it is ready and `meanwhile` has been called with its port and process; seconds, and processor time."""
    flags = ["--port", "0", "--admin-port", "0", "--state-dir", directory / "state", "--upstream", upstream]
    for setting in ["server.drain-delay=0s", *settings]:
        flags += ["--set", setting]
    begun = time.monotonic()
    process = subprocess.Popen(
        launcher(bench, "serve", *flags),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment() | {"INFERENCE_PROXY_AUTH_SECRET": bench.secret.text},
        cwd=directory,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        found = re.search(r'"uri":"http://[^"]*:(\d+)/?"', line.replace(" ", ""))
        if found:
            break
    else:
        raise Failure(f"serve did not say that it is ready:\n{''.join(lines)}")
    ready, cpu = time.monotonic() - begun, machine.cpu_seconds([process.pid])
    try:
        if meanwhile:
            meanwhile(int(found.group(1)), process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    if process.returncode != 0:
        raise Failure(f"serve ended with {process.returncode}:\n{''.join(lines)}")
    return ready, cpu
