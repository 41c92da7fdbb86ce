"""Scenarios of our own proxy alone, with figures that stand for themselves."""

import re
import resource
import time

from .. import checks, java, jvm, payloads, proxies, tokens
from ..failure import Failure
from ..load import Work, children_seconds
from ..processes import ROOT, clean_environment
from ..proxies import Setup
from ..streams import EventReader, EventSource
from .figures import Figures, launcher, load_average, output, section, serve

USERS = 100
MB = 1 << 20


_OF_THE_PROGRAM = {
    *("Arena Chunk", "Class", "Code", "Compiler", "Metaspace", "Module", "Native Memory Tracking", "Object Monitors"),
    *("Shared class space", "Symbol", "Synchronization"),
}
"""Kinds of native memory that grow with the program's code and its compilation, not with what it holds."""


class IdleStreams:
    """Streams on which nothing happens, as of models that think: what each of them keeps."""

    name = "idle-streams"
    title = "Idle streams"
    most = 9_000
    per_stream = 12
    in_all = 256
    peers = ("haproxy-plain", "nginx-plain")

    def run(self, bench):
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        streams = 500 if bench.options.quick else min(self.most, (files - 1_000) // 2)
        source = bench.start(EventSource(bench, 0))
        path = "/api/inference/stream"
        reader = bench.start(EventReader(bench, path, payloads.small(), tokens.users(bench.secret, USERS)))
        notes = []
        per_stream = Figures("KB a stream")
        in_all = Figures("MB in all")
        setup = Setup(
            upstream=source,
            settings=("upstreams.default.max-in-flight=20000",),
            java_opts="-XX:NativeMemoryTracking=summary",
            cpus=bench.all_cpus,
        )
        ours = bench.start(proxies.Ours(bench, setup=setup))
        checks.does_its_work(bench, ours)
        self._hold(bench, reader, ours, 10)  # so that what any stream needs is loaded
        before = self._memory(bench, ours)
        reader.open(ours.port, streams)
        resident = ours.memory_kb() / 1024
        held = self._memory(bench, ours)
        came = reader.close_streams().requests
        if came != streams:
            raise Failure(f"{came} events came on {streams} idle streams")
        heap = (held["heap"] - before["heap"]) / streams / 1024
        native = (held["native"] - before["native"]) / streams / 1024
        per_stream.add("ours: heap, after a full collection", heap, "{:.1f}")
        per_stream.add("ours: outside the heap", native, "{:.1f}")
        per_stream.add("ours: both", heap + native, "{:.1f}", at_most=self.per_stream)
        per_stream.add("ours: growth of RSS", (held["rss"] - before["rss"]) / streams / 1024, "{:.1f}")
        in_all.add("ours: RSS before, after a full collection", before["rss"] / MB)
        in_all.add(f"ours: RSS with {streams:,} streams, as it stands", resident, at_most=self.in_all)
        in_all.add(f"ours: RSS with {streams:,} streams, after a full collection", held["rss"] / MB)
        notes.append("most of the heap of a stream: " + _most(before["classes"], held["classes"], streams))
        notes.append("most outside the heap: " + _most(before["kinds"], held["kinds"], streams))
        ours.stop()
        for name in bench.wanted(self.peers):
            proxy = bench.start(proxies.named(bench, name, Setup(streams=True, upstream=source)))
            self._hold(bench, reader, proxy, 10)
            empty = proxy.memory_kb()
            reader.open(proxy.port, streams)
            per_stream.add(f"{name}: growth of RSS", (proxy.memory_kb() - empty) / streams, "{:.1f}")
            in_all.add(f"{name}: RSS with {streams:,} streams", proxy.memory_kb() / 1024)
            reader.close_streams()
            proxy.stop()
        text = f"{streams:,} streams that have sent one event and then nothing, each with a connection on either side."
        notes.append("with the launcher's flags and -XX:NativeMemoryTracking=summary, on all processors")
        return section(self.title, text, [per_stream, in_all], notes)

    @staticmethod
    def _hold(bench, reader, proxy, streams):
        bench.say(f"  {proxy.name}")
        reader.open(proxy.port, streams)
        reader.close_streams()

    @staticmethod
    def _memory(bench, ours):
        classes = jvm.live_classes(bench, ours.pid)
        kinds = jvm.outside_heap(bench, ours.pid)
        return {
            "classes": classes,
            "heap": sum(classes.values()),
            "kinds": kinds,
            "native": sum(size for kind, size in kinds.items() if kind not in _OF_THE_PROGRAM),
            "rss": ours.memory_kb() * 1024,
        }


def _most(before, after, count, shown=8):
    growth = {name: (size - before.get(name, 0)) / count for name, size in after.items()}
    most = sorted(growth.items(), key=lambda item: -item[1])[:shown]
    return ", ".join(f"{name} {size:,.0f} B" for name, size in most if size >= 1)


class Users:
    """Many users, each held to two windows."""

    name = "users"
    title = "A million limited users"
    heap_bytes = 400
    ten_calls_bytes = 300
    hot_nanos = 500
    random_nanos = 1500

    def run(self, bench):
        users = 100_000 if bench.options.quick else 1_000_000
        program = [*bench.serving_machine().tool_command("-Xmx2g"), "io.inferenceproxy.bench.LimitedUsers", str(users)]
        printed = output(["taskset", "-c", bench.proxy_cpu, *program])
        found = {name: rest.split() for name, rest in re.findall(r"^(heap|hot|random|ten|full) (.*)$", printed, re.M)}
        memory = Figures("bytes of heap")
        memory.add("each user", float(found["heap"][0]), at_most=self.heap_bytes)
        memory.add("50 per hour and 200 per day, after 10 calls", float(found["ten"][0]), at_most=self.ten_calls_bytes)
        memory.add("50 per hour and 200 per day, both full", float(found["full"][0]))
        decision = Figures("ns of processor for a decision")
        decision.add("hot set of 1,000 users", _numbers(found["hot"]), at_most=self.hot_nanos)
        decision.add(f"at random over {users:,}", _numbers(found["random"]), at_most=self.random_nanos)
        for count, nanos in re.findall(r"^growing (\d+) (\S+)$", printed, re.M):
            decision.add(f"first call of a user, up to {int(count):,}", float(nanos))
        text = f"{users:,} users, two windows each, the proxy's own limiter in a process of its own."
        return section(self.title, text, [memory, decision], [load_average()])


def _numbers(words):
    return [float(word) for word in words]


class Start:
    """How long a person or a supervisor waits."""

    name = "startup"
    title = "Start"
    serve_seconds = 0.4
    token_seconds = 0.35

    def run(self, bench):
        directory = bench.directory / "startup"
        directory.mkdir()
        archives = [ROOT / "proxy-cli" / "target" / "class-data", bench.cache / "inference-proxy"]
        # The first starts may still make an archive of classes.
        serve(bench, directory)
        self._token(bench, directory)
        for folder in archives:
            _settle(folder)
        runs = 2 if bench.options.quick else max(5, bench.pairs)
        figures = Figures("s")
        rounds = [(*serve(bench, directory), *self._token(bench, directory)) for _ in range(runs)]
        ready, ready_cpu, done, done_cpu = ([*values] for values in zip(*rounds))
        figures.add("serve, until it is ready", ready, "{:.2f}", at_most=self.serve_seconds)
        figures.add("serve, processor time until then", ready_cpu, "{:.2f}")
        figures.add("token", done, "{:.2f}", at_most=self.token_seconds)
        figures.add("token, processor time", done_cpu, "{:.2f}")
        found = [f"{path.name} {path.stat().st_size / MB:.0f} MB" for folder in archives for path in _files(folder)]
        notes = [load_average(), f"archives of the launcher: {', '.join(found) or 'none'}"]
        return section(self.title, f"By the launcher, on all processors; {runs} runs.", [figures], notes)

    def _token(self, bench, directory):
        begun, before = time.monotonic(), children_seconds()
        output(
            launcher(bench, "token", "--user", "alice", "--state-dir", directory / "state"),
            env=clean_environment() | {"INFERENCE_PROXY_AUTH_SECRET": bench.secret.text},
            cwd=directory,
        )
        return time.monotonic() - begun, children_seconds() - before


def _files(directory):
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _settle(directory, seconds=60):
    """Until nothing changes there any more: an archive may be made after the program has ended."""
    last, since = None, time.monotonic()
    end = since + seconds
    while time.monotonic() < end:
        now = [(path, path.stat().st_size) for path in _files(directory)]
        if now != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > 3:
            return
        time.sleep(0.2)


class Resident:
    """The memory that a proxy has after it has served for a while."""

    name = "memory"
    title = "Memory after a million calls"
    most_mb = 128

    def run(self, bench):
        wanted = 100_000 if bench.options.quick else 1_000_000
        ours = bench.start(proxies.Ours(bench, setup=Setup(cpus=bench.all_cpus)))
        checks.does_its_work(bench, ours)
        work = Work(body=payloads.small(), tokens=tuple(tokens.users(bench.secret, USERS)))
        figures = Figures("MB")
        figures.add("RSS when it is ready", ours.memory_kb() / 1024)
        calls = 0
        while calls < wanted:
            calls += bench.wrk.run(ours, work, 5).requests
            bench.say(f"  {calls:,} calls: {ours.memory_kb() / 1024:.0f} MB")
        figures.add(f"RSS after {calls:,} calls", ours.memory_kb() / 1024, at_most=self.most_mb)
        flags = " ".join(java.machine_of(ours.pid).flags)
        notes = [f"on all processors, with the launcher's flags: {flags}"]
        return section(self.title, "Small POST as above.", [figures], notes)


ALL = [IdleStreams(), Users(), Start(), Resident()]
