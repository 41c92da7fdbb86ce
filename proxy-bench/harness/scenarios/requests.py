"""Scenarios of calls that come and go: wrk puts the load on."""

from dataclasses import dataclass

from .. import checks, payloads, proxies, tokens
from ..load import Work
from ..measure import Pair, Runs
from ..report import Goal, Section, figures, ratios

USERS = 100


@dataclass(frozen=True)
class AgainstPeers:
    """The same calls through our proxy and through each peer."""

    name: str
    title: str
    text: str
    peers: tuple
    goals: dict
    body: str
    path: str = "/api/inference"
    log: bool = False
    connections: int = 32
    pause: int = 0

    def run(self, bench):
        chosen = bench.wanted(self.peers)
        ours = bench.start(proxies.named(bench, "ours", log=self.log))
        others = [bench.start(proxies.named(bench, name, log=self.log)) for name in chosen]
        for proxy in [ours, *others]:
            checks.does_its_work(bench, proxy)
        work = Work(
            body=self.body,
            tokens=tuple(tokens.users(bench.secret, USERS)),
            path=self.path,
            connections=self.connections,
            pause=self.pause,
        )
        runs = Runs(bench, lambda proxy, seconds: bench.wrk.run(proxy.port, work, seconds))
        runs.warm_up([ours, *others], bench.warm_up)
        pairs = [Pair(ours, other, self.goals.get(other.name, ())) for other in others]
        return section(self.title, self.text, bench, runs, runs.pairs(pairs, bench.pairs))


def section(title, text, bench, runs, results, unit="request", notes=()):
    """Tables of what each proxy took and of how the pairs compare."""
    by_proxy = {}
    for pair, (subject, base) in results.items():
        by_proxy.setdefault(pair.subject.name, []).extend(subject.samples)
        by_proxy.setdefault(pair.base.name, []).extend(base.samples)
    noisy = sum(series.noisy for both in results.values() for series in both)
    disturbance = f"{runs.discarded} runs were discarded since others took more than a tenth of a processor"
    if noisy:
        disturbance += f"; {noisy} count in spite of that, after {bench.tries} tries"
    count = f"{bench.pairs} pairs of {bench.seconds} s"
    return Section(title, f"{text} {count}.", [figures(by_proxy, unit), ratios(results, unit)], [*notes, disturbance])


PEERS = ("haproxy-jwt", "nginx-jwt", "haproxy-plain", "nginx-plain")

ALL = [
    AgainstPeers(
        name="small-post",
        title="Small POST",
        text="0.5 KB of JSON to the service, 0.2 KB back; 100 users, 32 connections; no access log.",
        peers=(*PEERS, "ours-bare"),
        goals={
            "haproxy-jwt": (Goal("cpu", 0.9), Goal("rate", 1.05, at_least=True), Goal("p99", 1.0)),
            "ours-bare": (Goal("more", 1.5),),
        },
        body=payloads.small(),
    ),
]
