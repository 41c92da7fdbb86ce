"""Scenarios of calls that come and go: wrk puts the load on."""

from dataclasses import dataclass

from .. import checks, payloads, proxies, tokens
from ..connections import NewConnections
from ..failure import Failure
from ..load import Work
from ..measure import Lane, Pair, Runs, allocated
from ..report import Goal, section

USERS = 100


def measured(bench, title, text, pairs, notes=()):
    """Warms up, runs the pairs and tells what they took, the garbage of our own included."""
    lanes = list(dict.fromkeys(lane for pair in pairs for lane in (pair.subject, pair.base)))
    runs = Runs(bench, lambda lane, seconds: bench.wrk.run(lane.proxy, lane.work, seconds))
    runs.warm_up(lanes, bench.warm_up)
    results = runs.pairs(pairs, bench.pairs)
    garbage = allocated(bench, [lane for lane in lanes if lane.proxy.own])
    return section(title, f"{text} {runs.summary()}", results, garbage=garbage, notes=[*notes, runs.disturbance()])


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
    answer: str = payloads.ANSWER
    log: bool = False
    tls: bool = False
    connections: int = 32
    pause: int = 0

    def run(self, bench):
        work = Work(
            body=self.body,
            tokens=tuple(tokens.users(bench.secret, USERS)),
            path=self.path,
            connections=self.connections,
            pause=self.pause,
        )
        lanes = []
        setup = proxies.Setup(log=self.log, certificate=bench.certificate if self.tls else None)
        for name in ("ours", *bench.wanted(self.peers)):
            proxy = bench.start(proxies.named(bench, name, setup))
            checks.does_its_work(bench, proxy, self.body, self.path, self.answer.encode())
            lanes.append(Lane(name, proxy, work))
        pairs = [Pair(lanes[0], lane, self.goals.get(lane.name, ())) for lane in lanes[1:]]
        return measured(bench, self.title, self.text, pairs)


class Handshakes:
    """A connection for each call: what TLS takes before it can begin."""

    name = "tls-handshakes"
    title = "Small POST over TLS, each on a new connection"
    text = "As small POST over TLS, but each call with a connection and a whole handshake of its own, 8 at once."
    peers = ("haproxy-jwt", "nginx-jwt")

    def run(self, bench):
        work = Work(body=payloads.small(), tokens=tuple(tokens.users(bench.secret, USERS)))
        lanes = []
        for name in ("ours", *bench.wanted(self.peers)):
            proxy = bench.start(proxies.named(bench, name, proxies.Setup(certificate=bench.certificate)))
            checks.does_its_work(bench, proxy)
            lanes.append(Lane(name, proxy, work))
        load = NewConnections(bench)
        runs = Runs(bench, lambda lane, seconds: load.run(lane.proxy, lane.work, seconds))
        runs.warm_up(lanes, bench.warm_up)
        results = runs.pairs([Pair(lanes[0], lane) for lane in lanes[1:]], bench.pairs)
        return section(self.title, f"{self.text} {runs.summary()}", results, "connection", notes=[runs.disturbance()])


class SeenTokens:
    """Tokens that the proxy has verified before: what their algorithm costs then, which should be nothing."""

    name = "tokens"
    title = "RS256 and ES256 tokens seen before"
    text = "Small POST as above; the same 100 tokens over and over, so that each is verified once."

    def run(self, bench):
        body = payloads.small()
        hs256 = bench.start(proxies.Ours(bench))
        checks.does_its_work(bench, hs256)
        base = Lane("HS256", hs256, Work(body=body, tokens=tuple(tokens.users(bench.secret, USERS))))
        pairs = []
        for algorithm in ("RS256", "ES256"):
            key = tokens.KeyFile(algorithm, bench.directory / f"{algorithm}.pem")
            settings = (f"auth.algorithms={algorithm}", f"auth.key-file={key.path}")
            proxy = bench.start(proxies.Ours(bench, f"ours-{algorithm.lower()}", proxies.Setup(settings=settings)))
            known = tuple(tokens.users(key, USERS))
            checks.expect(proxy, known[0], body, 200, f"an {algorithm} token")
            checks.expect(proxy, tokens.mint(bench.secret, tokens.claims("user-0000")), body, 401, "an HS256 token")
            pairs.append(Pair(Lane(algorithm, proxy, Work(body=body, tokens=known)), base, (Goal("cpu", 1.05),)))
        return measured(bench, self.title, self.text, pairs)


class Refusals:
    """Calls that are refused, against those that are admitted: refusing must be the cheaper, or it is a way to harm."""

    name = "refusals"
    title = "401 and 429 against an admitted call"
    text = "Small POST as above, all of them refused, against the same proxy's admitted ones."

    def run(self, bench):
        body = payloads.small()
        good = tuple(tokens.users(bench.secret, USERS))
        forged = tuple(tokens.forged(USERS))
        ours = bench.start(proxies.Ours(bench))
        checks.does_its_work(bench, ours)
        no_limit = proxies.Setup(settings=("auth.failure-limit=off",))
        patient = bench.start(proxies.Ours(bench, "ours-no-failure-limit", no_limit))
        strict = bench.start(ours.limited(1))
        for token in good:
            checks.expect(strict, token, body, 200, "the one call that each user has")
        checks.expect(strict, good[0], body, 429, "a call over the limit")
        checks.expect(patient, forged[0], body, 401, "a forged token")
        for _ in range(40):
            last = checks.answer(ours, forged[0], body)[0]
        if last != 429:
            raise Failure(f"after 40 forged tokens the next is answered {last} (expected: 429)")

        def refused(name, proxy, known):
            return Lane(name, proxy, Work(body=body, tokens=known, refused=True))

        admitted = Lane("admitted", ours, Work(body=body, tokens=good))
        goals = (Goal("cpu", 0.5),)
        lanes = [
            refused("429 over the limit", strict, good),
            refused("401 forged token", patient, forged),
            refused("401 no token", ours, ("",)),
            refused("429 too many forged", ours, forged),
        ]
        return measured(bench, self.title, self.text, [Pair(lane, admitted, goals) for lane in lanes])


@dataclass(frozen=True)
class Validation:
    """What it costs to check content: that it is JSON, and that it follows a schema."""

    name: str
    title: str
    text: str
    body: str

    ANY = ("routes.inference.match=POST /api/inference/**", "routes.inference.to=", "routes.inference.body=any")

    def run(self, bench):
        schema = bench.directory / "schema.json"
        schema.write_text(payloads.text_of(payloads.SCHEMA))
        good = tuple(tokens.users(bench.secret, USERS))
        work = Work(body=self.body, tokens=good)

        def lane(name, *settings):
            proxy = bench.start(proxies.Ours(bench, f"ours-{name.replace(' ', '-')}", proxies.Setup(settings=settings)))
            checks.expect(proxy, good[0], self.body, 200, "good content", content=payloads.ANSWER.encode())
            return proxy, Lane(name, proxy, work)

        unchecked, bytes_only = lane("any content", *self.ANY)
        checks.expect(unchecked, good[0], "{", 200, "what is no JSON")
        json, as_json = lane("JSON")
        checks.expect(json, good[0], "{", 400, "what is no JSON")
        strict, by_schema = lane("JSON and schema", f"validation.schema={schema}")
        checks.expect(strict, good[0], '{"model":"triage-9"}', 422, "what does not follow the schema")
        pairs = [Pair(as_json, bytes_only, (), True), Pair(by_schema, as_json, (), True)]
        return measured(bench, self.title, self.text, pairs)


PEERS = ("haproxy-jwt", "nginx-jwt", "spring-gateway", "haproxy-plain", "nginx-plain")

ALL = [
    AgainstPeers(
        name="small-post",
        title="Small POST",
        text="0.5 KB of JSON to the service, 0.2 KB back; 100 users, 32 connections; no access log.",
        peers=(*PEERS, "ours-bare"),
        goals={
            "haproxy-jwt": (Goal("cpu", 0.9), Goal("rate", 1.05, at_least=True), Goal("p99", 1.0)),
            "ours-bare": (Goal("more", 1.5), Goal("garbage", 1024)),
        },
        body=payloads.small(),
    ),
    AgainstPeers(
        name="small-post-log",
        title="Small POST with an access log",
        text="As small POST, each call logged to a file by each proxy, in its usual format.",
        peers=PEERS,
        goals={},
        body=payloads.small(),
        log=True,
    ),
    AgainstPeers(
        name="small-post-steady",
        title="Small POST at a moderate rate",
        text="As small POST, from 200 connections that each pause for 0 to 20 ms: about the same rate for all, none at"
        " its limit. The times of answers tell more here than where each is driven as fast as it goes.",
        peers=(*PEERS, "ours-bare"),
        goals={},
        body=payloads.small(),
        connections=200,
        pause=10,
    ),
    AgainstPeers(
        name="post-32k",
        title="POST of 32 KB",
        text="32 KB of JSON to the service, half texts and half numbers, 0.2 KB back; 100 users, 32 connections. Ours"
        " checks the JSON, the others do not look at it.",
        peers=(*PEERS, "ours-bare"),
        goals={"haproxy-jwt": (Goal("cpu", 0.9),)},
        body=payloads.large(),
    ),
    AgainstPeers(
        name="answer-1m",
        title="Answer of 1 MB",
        text="0.5 KB of JSON to the service, 1 MB back; 100 users, 8 connections.",
        peers=PEERS,
        goals={},
        body=payloads.small(),
        path="/api/inference/megabyte",
        answer=payloads.megabyte(),
        connections=8,
    ),
    AgainstPeers(
        name="tls",
        title="Small POST over TLS",
        text="As small POST, over TLS 1.3 with AES-128-GCM towards the caller, plain to the service; connections kept alive.",
        peers=("haproxy-jwt", "nginx-jwt"),
        goals={},
        body=payloads.small(),
        tls=True,
    ),
    Handshakes(),
    SeenTokens(),
    Refusals(),
    Validation(
        name="validation",
        title="Checking content: small POST",
        text="0.5 KB of JSON: any content let through, checked to be JSON (the default), checked by a schema too.",
        body=payloads.small(),
    ),
    Validation(
        name="validation-32k",
        title="Checking content: POST of 32 KB",
        text="32 KB of JSON: any content let through, checked to be JSON (the default), checked by a schema too.",
        body=payloads.large(),
    ),
]
