"""The proxies that are measured: ours, and its peers."""

from . import java
from .processes import PEERS, ROOT, Server, free_port, rendered

HUGE = 1_000_000_000
"""A quota that no run uses up: calls in every window."""


class Proxy(Server):
    """A proxy in front of an upstream."""

    own = False
    """Whether it is our own program, which can be asked for more."""

    jvm = False
    """Whether it needs to be warmed up."""

    policies = True
    """Whether it refuses what must be refused."""

    packages = ()
    """What must be installed for it."""

    def __init__(self, bench, name, limit=HUGE, log=False, streams=False):
        super().__init__(name, bench.directory, bench.proxy_cpu)
        self.bench = bench
        self.limit = limit
        self.log = log
        self.streams = streams

    def start(self):
        raise NotImplementedError

    def limited(self, limit):
        """The same proxy with a quota that is soon used up."""
        return type(self)(self.bench, f"{self.name}-limited", limit=limit)


class Ours(Proxy):
    """The shipped program with the launcher's own flags, all default policies on."""

    own = True
    jvm = True

    def __init__(self, bench, name="ours", settings=(), limit=HUGE, log=False, streams=False, java_opts=""):
        super().__init__(bench, name, limit, log, streams)
        self.settings = list(settings)
        self.java_opts = java_opts

    def start(self):
        flags = [
            *("--port", 0, "--admin-port", 0),
            *("--upstream", f"http://127.0.0.1:{self.bench.upstream.port}"),
            *("--limit", f"{self.limit} per hour", "--limit", f"{self.limit} per day"),
            *("--state-dir", self.directory / "state"),
        ]
        for setting in [f"logging.access={str(self.log).lower()}", *self.settings]:
            flags += ["--set", setting]
        self.launch(
            [ROOT / "inference-proxy", "serve", *flags],
            environment={"INFERENCE_PROXY_AUTH_SECRET": self.bench.secret.text, "JAVA_OPTS": self.java_opts},
        )
        ready = self.await_line(r'"uri" *: *"http://[^"]*:(\d+)/?"')
        self.port = int(ready.group(1))

    def limited(self, limit):
        return Ours(self.bench, f"{self.name}-limited", self.settings, limit)


class OursBare(Proxy):
    """Our engine without any policy, under the same flags of the Java machine."""

    own = True
    jvm = True
    policies = False

    def __init__(self, bench, name="ours-bare", log=False, streams=False):
        super().__init__(bench, name, log=log, streams=streams)

    def start(self):
        upstream = f"http://127.0.0.1:{self.bench.upstream.port}"
        self.launch([*java.launcher_command(self.bench), "io.inferenceproxy.bench.BareProxy", upstream])
        self.port = int(self.await_line(r"^ready (\d+)$").group(1))


class HaProxy(Proxy):
    """HAProxy from Debian's packages."""

    packages = ("haproxy",)

    def __init__(self, bench, name, limit=HUGE, log=False, streams=False):
        super().__init__(bench, name, limit, log, streams)
        self.policies = name != "haproxy-plain"

    def start(self):
        self.port = free_port()
        template = "haproxy-jwt.cfg" if self.policies else "haproxy-plain.cfg"
        log = "    log stdout format raw local0\n    option httplog" if self.log else ""
        config = rendered(
            template,
            self.directory / "haproxy.cfg",
            port=self.port,
            upstream=self.bench.upstream.port,
            secret=self.bench.secret.text,
            limit=self.limit,
            log=log,
        )
        self.launch(["haproxy", "-db", "-f", config])
        self.await_port()


class Nginx(Proxy):
    """nginx from Debian's packages, with njs where it checks tokens."""

    packages = ("nginx-light", "libnginx-mod-http-js")

    def __init__(self, bench, name, limit=HUGE, log=False, streams=False):
        super().__init__(bench, name, limit, log, streams)
        self.policies = name != "nginx-plain"

    def start(self):
        self.port = free_port()
        config = rendered(
            "nginx-jwt.conf" if self.policies else "nginx-plain.conf",
            self.directory / "nginx.conf",
            directory=self.directory,
            peers=PEERS,
            modules="/usr/lib/nginx/modules",
            port=self.port,
            upstream=self.bench.upstream.port,
            buffering="off" if self.streams else "on",
            log=self.directory / "access.log" if self.log else "off",
            rate="1000000r/s" if self.limit == HUGE else "1r/m",
            burst=1_000_000 if self.limit == HUGE else self.limit - 1,
        )
        self.launch(
            ["nginx", "-p", self.directory, "-c", config, "-e", "stderr"],
            environment={"JWT_SECRET": self.bench.secret.text},
        )
        self.await_port()

    def forget_output(self):
        super().forget_output()
        access = self.directory / "access.log"
        if access.exists():
            access.write_bytes(b"")


class Upstream(Server):
    """The service behind them all: nginx, which answers at once."""

    def __init__(self, bench):
        super().__init__("upstream", bench.directory, bench.load_cpus)

    def start(self, answer, megabyte):
        self.port = free_port()
        (self.directory / "megabyte.json").write_text(megabyte)
        config = rendered(
            "upstream.conf",
            self.directory / "nginx.conf",
            directory=self.directory,
            port=self.port,
            answer=answer,
        )
        self.launch(["nginx", "-p", self.directory, "-c", config, "-e", "stderr"])
        self.await_port()


KINDS = {
    "ours": Ours,
    "ours-bare": OursBare,
    "haproxy-jwt": HaProxy,
    "haproxy-plain": HaProxy,
    "nginx-jwt": Nginx,
    "nginx-plain": Nginx,
}


def named(bench, name, log=False, streams=False):
    """A proxy by the name under which it is measured, not started."""
    return KINDS[name](bench, name, log=log, streams=streams)
