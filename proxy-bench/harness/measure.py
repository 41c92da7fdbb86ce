"""Pairs: A B A B …, so that what disturbs the machine for a while disturbs both."""

import subprocess
import time
from dataclasses import dataclass

from . import machine
from .failure import Failure

MOST_OTHERS = 0.10
"""How much of a processor others may take before a run does not count."""

STEADY = 0.03
"""A Java machine is warm when a slice of work takes less than this share less than the one before."""

MOST_WARM_UPS = 16
"""Slices of a warm-up at most: where others disturb nothing is steady."""


@dataclass(frozen=True)
class Sample:
    """What one run took. The unit is a request or, on streams, an event."""

    cpu: float
    """Microseconds of processor that the proxy took for each unit."""
    rate: float
    p50: float
    p99: float
    p999: float
    rss: float
    """Megabytes of the proxy."""
    others: float
    """The share of the processors that others took, the larger of the proxy's and that of the load."""


@dataclass(frozen=True)
class Lane:
    """What is measured: a proxy under some work."""

    name: str
    proxy: object
    work: object


@dataclass(frozen=True)
class Pair:
    """One lane against another: of each metric the ratio."""

    subject: Lane
    base: Lane
    goals: tuple = ()
    difference: bool = False
    """Whether the difference tells more than the ratio; a goal for it says so too."""


class Runs:
    """Makes the runs of a scenario.

    `load(lane, seconds)` puts load on a proxy and returns its units (`requests`), seconds, percentiles, and the processor
    time that the load itself took (`cpu`).
    """

    def __init__(self, bench, load):
        self._bench = bench
        self._load = load
        self._discarded = 0
        self._noisy = 0

    def warm_up(self, lanes, seconds):
        """Until each Java machine has worked for so long and then gets no faster: what is measured is compiled code.

        It is the work that counts, not the waiting: on a machine that others use there is less of it in a second.
        """
        for lane in lanes:
            self._bench.say(f"  warming up {lane.name}")
            if lane.proxy.jvm:
                self._warm_up(lane, seconds)
            else:
                self._load(lane, 1)

    def _warm_up(self, lane, seconds):
        begun, last = lane.proxy.cpu(), float("inf")
        slice_seconds = max(1, seconds // 4)
        for _ in range(MOST_WARM_UPS):
            before = lane.proxy.cpu()
            units = self._load(lane, slice_seconds).requests
            each = (lane.proxy.cpu() - before) / units
            if lane.proxy.cpu() - begun >= 0.9 * seconds and each > (1 - STEADY) * last:
                return
            last = each

    def _sample(self, lane):
        """One run that counts; the last try counts in any case."""
        for tried in range(1, self._bench.tries + 1):
            sample = self._once(lane)
            if sample.others <= MOST_OTHERS:
                return sample
            if tried == self._bench.tries:
                self._noisy += 1
                return sample
            self._discarded += 1
            self._bench.say(f"  {lane.name}: others took {sample.others:.0%} of a processor, again")
            time.sleep(2)
        raise Failure("no try was made")

    def _once(self, lane):
        bench, proxy = self._bench, lane.proxy
        proxy.forget_output()
        before = (proxy.cpu(), proxy.upstream.cpu(), *map(machine.busy_seconds, (bench.proxy_cpus, bench.load_processors)))
        begun = time.monotonic()
        load = self._load(lane, bench.seconds)
        elapsed = time.monotonic() - begun
        own, service = proxy.cpu() - before[0], proxy.upstream.cpu() - before[1]
        others = machine.busy_seconds(bench.proxy_cpus) - before[2] - own
        beside = machine.busy_seconds(bench.load_processors) - before[3] - service - load.cpu
        return Sample(
            cpu=own * 1e6 / load.requests,
            rate=load.requests / load.seconds,
            p50=load.p50,
            p99=load.p99,
            p999=load.p999,
            rss=proxy.memory_kb() / 1024,
            others=max(0.0, others / elapsed, beside / elapsed),
        )

    def pairs(self, pairs, count):
        """Each pair so many times: A B A C, A B A C, …; for each pair the samples of both."""
        results = {pair: ([], []) for pair in pairs}
        for number in range(1, count + 1):
            for pair in pairs:
                for lane, samples in zip((pair.subject, pair.base), results[pair]):
                    sample = self._sample(lane)
                    samples.append(sample)
                    self._bench.say(
                        f"  {number}/{count} {lane.name}: {sample.cpu:.2f} µs, {sample.rate:,.0f}/s,"
                        f" p99 {sample.p99:.2f} ms, others {sample.others:.0%}"
                    )
        return results

    def summary(self):
        return f"Pairs: {self._bench.pairs}, of runs of {self._bench.seconds} s."

    def disturbance(self):
        """How quiet the machine was."""
        text = f"runs discarded since others took more than {MOST_OTHERS:.0%} of a processor: {self._discarded}"
        if self._noisy:
            text += f"; runs that count in spite of that, after {self._bench.tries} tries: {self._noisy}"
        return text


def allocated(bench, lanes):
    """Bytes that each lane's proxy allocates for a request, by lane; its Java machine counts them itself."""

    def asked(proxy):
        command = [*bench.serving_machine().tool_command(), "io.inferenceproxy.bench.AllocationProbe", str(proxy.pid)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"{proxy.name} does not say what it allocates:\n{done.stderr[-2000:]}")
        return int(done.stdout)

    found = {}
    for lane in lanes:
        asked(lane.proxy)  # it starts what answers, which allocates
        before = asked(lane.proxy)
        requests = bench.wrk.run(lane.proxy, lane.work, bench.seconds).requests
        found[lane] = (asked(lane.proxy) - before) / requests
        bench.say(f"  {lane.name}: {found[lane]:,.0f} bytes allocated a request")
    return found
