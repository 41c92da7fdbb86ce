"""Pairs: A B A B …, so that what disturbs the machine for a while disturbs both."""

import time
from dataclasses import dataclass, field

from . import machine
from .failure import Failure

MOST_OTHERS = 0.10
"""How much of a processor others may take before a run does not count."""

MOST_WARM_UPS = 6


@dataclass(frozen=True)
class Sample:
    """What one run of one proxy took. The unit is a request or, on streams, an event."""

    cpu: float
    """Microseconds of processor for each unit."""
    rate: float
    p50: float
    p99: float
    p999: float
    rss: float
    """Megabytes."""
    others: float
    """The share of the processors that others took, the larger of the proxy's and that of the load."""


@dataclass(frozen=True)
class Pair:
    """One proxy against another: of each metric the ratio, and of the processor time the difference."""

    subject: object
    base: object
    goals: tuple = ()


@dataclass
class Series:
    """All runs that count of one proxy, or of one proxy within a pair."""

    samples: list = field(default_factory=list)
    noisy: int = 0
    """How many of them count though others took more than they may."""


class Runs:
    """Makes the runs of a scenario.

    `work(proxy, seconds)` puts load on a proxy and returns its units, seconds, percentiles and the processor time that the
    load took.
    """

    def __init__(self, bench, work):
        self._bench = bench
        self._work = work
        self.discarded = 0

    def warm_up(self, proxies, seconds):
        """Until each Java machine has worked for so long, not waited: on a machine that others use it gets less of it."""
        for proxy in proxies:
            self._bench.say(f"  warming up {proxy.name}")
            enough = proxy.cpu() + (0.9 * seconds if proxy.jvm else 0)
            for _ in range(MOST_WARM_UPS):
                self._work(proxy, max(1, round(enough - proxy.cpu())))
                if proxy.cpu() >= enough:
                    break

    def sample(self, proxy):
        """One run that counts; the last try counts in any case."""
        for tried in range(1, self._bench.tries + 1):
            sample = self._once(proxy)
            if sample.others <= MOST_OTHERS or tried == self._bench.tries:
                return sample
            self.discarded += 1
            self._bench.say(f"  {proxy.name}: others took {sample.others:.0%} of a processor, again")
            time.sleep(2)
        raise Failure("no try was made")

    def _once(self, proxy):
        bench = self._bench
        proxy.forget_output()
        gears = [proxy.cpu(), bench.upstream.cpu(), machine.busy_seconds(bench.proxy_cpus)]
        gears.append(machine.busy_seconds(bench.load_processors))
        begun = time.monotonic()
        load = self._work(proxy, bench.seconds)
        elapsed = time.monotonic() - begun
        own = proxy.cpu() - gears[0]
        service = bench.upstream.cpu() - gears[1]
        others = machine.busy_seconds(bench.proxy_cpus) - gears[2] - own
        beside = machine.busy_seconds(bench.load_processors) - gears[3] - service - load.cpu
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
        """Each pair so many times, one after the other, and that over and over: A B A C, A B A C, …"""
        results = {pair: (Series(), Series()) for pair in pairs}
        for number in range(1, count + 1):
            for pair in pairs:
                for proxy, series in zip((pair.subject, pair.base), results[pair]):
                    sample = self.sample(proxy)
                    series.samples.append(sample)
                    series.noisy += sample.others > MOST_OTHERS
                    self._bench.say(
                        f"  {number}/{count} {proxy.name}: {sample.cpu:.2f} µs, {sample.rate:,.0f}/s,"
                        f" p99 {sample.p99:.2f} ms, others {sample.others:.0%}"
                    )
        return results
