"""Streams of events: the service that sends them, and the reader that counts them."""

import subprocess

from . import machine, payloads
from .failure import Failure
from .load import Load
from .processes import Server, free_port


class EventSource(Server):
    """A service whose `/stream` sends so many events a second; 0 for one and then silence."""

    def __init__(self, bench, events_per_second):
        super().__init__("event-source", bench.directory, bench.load_cpus)
        self._bench = bench
        self._events_per_second = events_per_second

    def start(self):
        self.port = free_port()
        program = ["io.inferenceproxy.bench.EventSource", self.port, self._events_per_second, payloads.ANSWER]
        self.launch([*self._bench.serving_machine().tool_command(), *program])
        self.await_port()


class EventReader:
    """Opens streams and counts what comes."""

    def __init__(self, bench, path, body, known):
        self._cpu = 0.0
        directory = bench.directory / "event-reader"
        directory.mkdir(exist_ok=True)
        (directory / "body").write_text(body)
        (directory / "tokens").write_text("\n".join(known))
        program = ["io.inferenceproxy.bench.EventReader", path, directory / "body", directory / "tokens"]
        command = ["taskset", "-c", bench.load_cpus, *bench.serving_machine().tool_command(), *program]
        self._command = [*map(str, command)]
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def _told(self, command, answer):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line.startswith(answer):
            raise Failure(f"the reader of streams answers to `{command}`: {line}{self._process.stdout.read()}")
        return line

    def open(self, port, count):
        """Returns when each stream has had an event."""
        self._cpu = machine.cpu_seconds([self._process.pid])
        self._told(f"open {port} {count}", "opened")

    def close_streams(self):
        """What came since they were opened."""
        line = self._told("close", "RESULT ")
        found = {name: float(value) for name, value in (pair.split("=") for pair in line.split()[1:])}
        return Load(
            requests=int(found["requests"]),
            seconds=found["seconds"],
            p50=found["p50"],
            p99=found["p99"],
            p999=found["p999"],
            cpu=machine.cpu_seconds([self._process.pid]) - self._cpu,
        )

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
