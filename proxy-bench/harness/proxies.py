"""The proxies that are measured: ours, and its peers."""

from dataclasses import dataclass, replace

from . import java
from .certificate import Certificate
from .processes import PEERS, ROOT, Server, free_port, rendered

HUGE = 1_000_000_000
"""A quota that no run uses up: calls in every window."""

AES = "TLS_AES_128_GCM_SHA256"
"""The cipher of all where they speak TLS: the first choice of ours."""


@dataclass(frozen=True)
class Setup:
    """How a proxy is set up, as far as scenarios differ."""

    limit: int = HUGE
    """Calls that each user has in each window."""
    log: bool = False
    """Whether each call is logged."""
    streams: bool = False
    """Whether answers are streams."""
    certificate: Certificate = None
    """What it shows where it speaks TLS, 1.3 with AES-128-GCM; none for plain HTTP."""
    upstream: Server = None
    """The service behind it, where it is not the usual one."""
    settings: tuple = ()
    """Of our own: `KEY=VALUE`."""
    java_opts: str = ""
    """Of our own: further flags of the Java machine."""
    cpus: str = ""
    """Its processors, where they are not the usual ones."""


USUAL = Setup()


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

    def __init__(self, bench, name, setup):
        super().__init__(name, bench.directory, setup.cpus or bench.proxy_cpu)
        self.bench = bench
        self.setup = setup
        self.upstream = setup.upstream or bench.upstream
        self.certificate = setup.certificate
        self.scheme = "https" if setup.certificate else "http"

    def start(self):
        raise NotImplementedError

    def limited(self, limit):
        """The same proxy with a quota that is soon used up."""
        return type(self)(self.bench, f"{self.name}-limited", replace(self.setup, limit=limit))


class Ours(Proxy):
    """The shipped program with the launcher's own flags, all default policies on."""

    own = True
    jvm = True

    def __init__(self, bench, name="ours", setup=USUAL):
        super().__init__(bench, name, setup)

    def start(self):
        flags = [
            *("--port", 0, "--admin-port", 0),
            *("--upstream", f"http://127.0.0.1:{self.upstream.port}"),
            *("--limit", f"{self.setup.limit} per hour", "--limit", f"{self.setup.limit} per day"),
            *("--state-dir", self.directory / "state"),
        ]
        settings = [f"logging.access={str(self.setup.log).lower()}", *self.setup.settings]
        if self.certificate:
            settings += [f"server.tls.certificate={self.certificate.path}", f"server.tls.private-key={self.certificate.key}"]
        for setting in settings:
            flags += ["--set", setting]
        self.launch(
            [ROOT / "inference-proxy", "serve", *flags],
            environment={
                "INFERENCE_PROXY_AUTH_SECRET": self.bench.secret.text,
                "JAVA_OPTS": f"{self.setup.java_opts} {self.bench.options.java_opts}".strip(),
            },
        )
        ready = self.await_line(r'"uri" *: *"https?://[^"]*:(\d+)/?"')
        self.port = int(ready.group(1))


class OursBare(Proxy):
    """Our engine without any policy, under the same flags of the Java machine."""

    own = True
    jvm = True
    policies = False

    def start(self):
        upstream = f"http://127.0.0.1:{self.upstream.port}"
        machine = self.bench.serving_machine()
        self.launch([*machine.command(), "io.inferenceproxy.bench.BareProxy", upstream], machine.environment)
        self.port = int(self.await_line(r"^ready (\d+)$").group(1))


class HaProxy(Proxy):
    """HAProxy from Debian's packages."""

    packages = ("haproxy",)

    def __init__(self, bench, name, setup=USUAL):
        super().__init__(bench, name, setup)
        self.policies = name != "haproxy-plain"

    def start(self):
        self.port = free_port()
        template = "haproxy-jwt.cfg" if self.policies else "haproxy-plain.cfg"
        log = "    log stdout format raw local0\n    option httplog" if self.setup.log else ""
        config = rendered(
            template,
            self.directory / "haproxy.cfg",
            port=self.port,
            upstream=self.upstream.port,
            secret=self.bench.secret.text,
            limit=self.setup.limit,
            tls=f"ssl crt {self.certificate.bundle} ssl-min-ver TLSv1.3 ciphersuites {AES}" if self.certificate else "",
            log=log,
            # Without it events wait for company, for a fifth of a second at most.
            streaming="    option http-no-delay" if self.setup.streams else "",
        )
        self.launch(["haproxy", "-db", "-f", config])
        self.await_port()


class Nginx(Proxy):
    """nginx from Debian's packages, with njs where it checks tokens."""

    packages = ("nginx-light", "libnginx-mod-http-js")

    def __init__(self, bench, name, setup=USUAL):
        super().__init__(bench, name, setup)
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
            upstream=self.upstream.port,
            ssl="ssl " if self.certificate else "",
            tls=_nginx_tls(self.certificate) if self.certificate else "",
            buffering="off" if self.setup.streams else "on",
            log=self.directory / "access.log" if self.setup.log else "off",
            rate="1000000r/s" if self.setup.limit == HUGE else "1r/m",
            burst=1_000_000 if self.setup.limit == HUGE else self.setup.limit - 1,
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


def _nginx_tls(certificate):
    lines = [f"ssl_certificate {certificate.path}", f"ssl_certificate_key {certificate.key}"]
    lines += ["ssl_protocols TLSv1.3", f"ssl_conf_command Ciphersuites {AES}"]
    return " ".join(f"{line};" for line in lines)


class SpringGateway(Proxy):
    """Spring Cloud Gateway, built when it is first wanted; with one worker, and the memory that Java takes by itself."""

    jvm = True
    project = PEERS / "spring-gateway"

    def start(self):
        self.port = free_port()
        self.launch(
            [
                *(self.bench.serving_machine().java, "-Dreactor.netty.ioWorkerCount=1"),
                f"-Dreactor.netty.http.server.accessLogEnabled={str(self.setup.log).lower()}",
                *("-cp", java.spring_class_path(self.project), "gateway.Gateway"),
                *(f"--server.port={self.port}", "--server.address=127.0.0.1"),
                *(f"--upstream=http://127.0.0.1:{self.upstream.port}", f"--limit={self.setup.limit}"),
            ],
            environment={"JWT_SECRET": self.bench.secret.text},
        )
        self.await_port()


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
    "spring-gateway": SpringGateway,
}


def named(bench, name, setup=USUAL):
    """A proxy by the name under which it is measured, not started."""
    return KINDS[name](bench, name, setup)
