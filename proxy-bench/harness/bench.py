"""What all scenarios share: directories, processors, the upstream, the key, and what was started."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path

from . import java, machine, payloads, tokens
from .certificate import Certificate
from .failure import Failure
from .load import Wrk
from .processes import BENCH, ROOT
from .proxies import KINDS, Ours, SpringGateway, Upstream


class Bench:
    """A place to measure in; a context, which ends all that was started."""

    def __init__(self, options):
        self.options = options
        self.pairs = options.pairs
        self.seconds = options.seconds
        self.tries = options.tries
        self.warm_up = options.warm_up
        self.proxy_cpu = options.proxy_cpu
        self.load_cpus = options.load_cpus
        self.all_cpus = f"{options.proxy_cpu},{options.load_cpus}"
        self.cache = BENCH / "target" / "cache"
        self.proxy_cpus = processors(options.proxy_cpu)
        self.load_processors = processors(options.load_cpus)
        self.directory = Path(tempfile.mkdtemp(prefix="proxy-bench-"))
        self.directory.chmod(0o755)
        self.secret = tokens.SharedSecret()
        self.wrk = Wrk(self.directory, self.load_cpus)
        self.upstream = Upstream(self)
        self._servers = []
        self._serving_machine = None
        self._used = set()

    def __enter__(self):
        # The archives that the launcher makes are kept, and not among those of whoever runs this.
        os.environ["XDG_CACHE_HOME"] = str(self.cache)
        os.sched_setaffinity(0, self.load_processors)
        try:
            self.upstream.start(payloads.ANSWER, payloads.megabyte())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in [*self._servers, self.upstream]:
            server.stop()
        if self.options.keep:
            self.say(f"kept: {self.directory}")
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def wanted(self, peers):
        """Those of a scenario's peers that shall be measured, each ready to be started."""
        chosen = [name for name in peers if self.options.peers is None or name in self.options.peers]
        for name in chosen:
            install(KINDS[name].packages)
        self._used.update(chosen)
        return chosen

    def facts(self):
        """How it was measured."""
        serving = self.serving_machine()
        shaped = [*serving.flags, *(f"{name}={value}" for name, value in serving.environment.items())]
        facts = {
            "Java": machine.java_version(serving.java),
            "flags": " ".join(shaped),
            "memory": machine.java_settings(serving.java, serving.flags, self.proxy_cpu),
            "Netty": f"{_property('netty.version')}, allocator {_allocator(serving.flags)}",
        }
        if self.options.java_opts:
            facts["more options of ours"] = self.options.java_opts
        for package in sorted({package for name in self._used for package in KINDS[name].packages}):
            facts[package] = machine.package_version(package)
        if "spring-gateway" in self._used:
            facts["Spring Boot, Spring Cloud"] = ", ".join(
                _property(f"spring-{part}.version", SpringGateway.project / "pom.xml") for part in ("boot", "cloud")
            )
        facts["processors"] = f"proxy on {self.proxy_cpu}, load and service on {self.load_cpus}"
        facts["runs"] = f"{self.seconds} s each, warm-up of a Java machine {self.warm_up} s"
        return facts

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def start(self, server):
        """Starts it, and ends it when all is done."""
        self._servers.append(server)
        server.start()
        return server

    def stop_all(self):
        """Ends everything but the upstream, so that the next scenario has the machine for itself."""
        for server in self._servers:
            server.stop()
        self._servers.clear()

    @cached_property
    def certificate(self):
        """What proxies show where they speak TLS."""
        return Certificate(self.directory)

    def serving_machine(self):
        """How the launcher runs `serve`, as it turns out when it does."""
        if self._serving_machine is None:
            probe = Ours(self, "probe")
            probe.start()
            self._serving_machine = java.machine_of(probe.pid)
            probe.stop()
        return self._serving_machine


def processors(text):
    """The numbers in a list such as `0,2-3`."""
    numbers = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def _property(name, pom=ROOT / "pom.xml"):
    return re.search(rf"<{name}>(.*?)</{name}>", pom.read_text()).group(1)


def _allocator(flags):
    chosen = [flag.partition("=")[2] for flag in flags if flag.startswith("-Dio.netty.allocator.type=")]
    return chosen[0] if chosen else "adaptive (the default)"


def installed(package):
    return bool(list(Path("/var/lib/dpkg/info").glob(f"{package}*.list")))


def install(packages):
    """Debian's packages, where they are missing."""
    wanted = [package for package in packages if not installed(package)]
    if not wanted:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Failure(
            f"not installed: {', '.join(wanted)}\n"
            f"as root, on Debian or Ubuntu: apt-get install --no-install-recommends {' '.join(wanted)}\n"
            "or leave those peers out with --peers"
        )
    print(f"installing {', '.join(wanted)} …", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "--no-install-recommends", *wanted]):
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
