"""Scenarios of streams that stay open."""

import time

from .. import checks, payloads, proxies, tokens
from ..measure import Lane, Pair, Runs
from ..proxies import Setup
from ..report import Goal, section
from ..streams import EventReader, EventSource

USERS = 100
PATH = "/api/inference/stream"


class Events:
    """Many streams with many events: what a proxy takes to pass one on."""

    name = "sse"
    title = "Server-sent events"
    streams = 150
    events_per_second = 200
    text = f"{streams} streams of {events_per_second} events a second, each of 135 bytes and sent by itself."
    peers = ("nginx-plain", "nginx-jwt", "haproxy-plain", "haproxy-jwt", "spring-gateway", "ours-bare")
    goals = {"nginx-plain": (Goal("cpu", 1.0),)}

    def run(self, bench):
        source = bench.start(EventSource(bench, self.events_per_second))
        setup = Setup(streams=True, upstream=source)
        lanes = []
        for name in ("ours", *bench.wanted(self.peers)):
            proxy = bench.start(proxies.named(bench, name, setup))
            checks.does_its_work(bench, proxy)
            lanes.append(Lane(name, proxy, PATH))
        reader = bench.start(EventReader(bench, PATH, payloads.small(), tokens.users(bench.secret, USERS)))

        def load(lane, seconds):
            reader.open(lane.proxy.port, self.streams)
            time.sleep(seconds)
            return reader.close_streams()

        runs = Runs(bench, load)
        runs.warm_up(lanes, bench.warm_up)
        pairs = [Pair(lanes[0], lane, self.goals.get(lane.name, ())) for lane in lanes[1:]]
        results = runs.pairs(pairs, bench.pairs)
        wanted = self.streams * self.events_per_second
        notes = [f"the service sends {wanted:,} events a second; the times are from its sending to our reading"]
        return section(self.title, f"{self.text} {runs.summary()}", results, "event", notes=[*notes, runs.disturbance()])


ALL = [Events()]
