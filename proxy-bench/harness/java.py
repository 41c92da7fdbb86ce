"""The Java side: building it, and the programs of this module."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .failure import Failure
from .processes import BENCH, ROOT, clean_environment

CLASS_PATH = BENCH / "target" / "class-path"
_MODULES = ("proxy-core", "proxy-jdbc", "proxy-bench")
_SOURCES = ("pom.xml", *(f"{module}/{part}" for module in _MODULES for part in ("pom.xml", "src/main")))


def build():
    """Builds the shipped program and this module where a source is newer than what was built."""
    if not CLASS_PATH.exists() or _newest() > CLASS_PATH.stat().st_mtime:
        print("building the benchmarks …", file=sys.stderr, flush=True)
        command = "mvn -q -B -Dstyle.color=never -Dquick -Dmaven.test.skip=true -pl proxy-bench -am package".split()
        _run(command)
        CLASS_PATH.touch()
    # Builds what is old, and makes the archive of classes that starts use, so that nothing makes it while we measure.
    _run([ROOT / "inference-proxy", "rehearse"])


def _newest():
    newest = 0.0
    for source in _SOURCES:
        path = ROOT / source
        for file in [path, *path.rglob("*")]:
            newest = max(newest, file.stat().st_mtime)
    return newest


def _run(command):
    # Nothing of it may be bound to one processor: the harness is, when it measures.
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=clean_environment(), check=False)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, command))} failed:\n{(done.stdout + done.stderr)[-4000:]}")


def spring_class_path(project):
    """Of Spring Cloud Gateway, built when it is not, or older than its sources."""
    made = project / "target" / "class-path"
    sources = [project / "pom.xml", *(project / "src").rglob("*")]
    if not made.exists() or max(file.stat().st_mtime for file in sources) > made.stat().st_mtime:
        print("building Spring Cloud Gateway …", file=sys.stderr, flush=True)
        _run(["mvn", "-q", "-B", "-Dstyle.color=never", "-f", project / "pom.xml", "package"])
        made.touch()
    return f"{project / 'target' / 'classes'}:{made.read_text().strip()}"


def class_path():
    return f"{BENCH / 'target' / 'classes'}:{CLASS_PATH.read_text().strip()}"


def machine_of(pid):
    """The Java machine that runs as this process: its executable, and what shapes it."""
    arguments = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    end = next(i for i, argument in enumerate(arguments) if argument in ("-jar", "-cp"))
    shared = ("-XX:SharedArchiveFile", "-Xshare", "-XX:AOT", "-Xlog")
    flags = [flag for flag in arguments[1:end] if flag.startswith(("-X", "--", "-Dio.netty.")) and not flag.startswith(shared)]
    variables = dict(
        variable.split("=", 1)
        for variable in Path(f"/proc/{pid}/environ").read_text().split("\0")
        if variable.startswith("MALLOC_")
    )
    return ServingMachine(os.readlink(f"/proc/{pid}/exe"), flags, variables)


@dataclass(frozen=True)
class ServingMachine:
    """How the launcher runs `serve`."""

    java: str
    flags: list
    environment: dict

    def command(self):
        """What starts a program of this module in the same way."""
        return [self.java, *self.flags, "-cp", class_path()]

    def tool_command(self, *flags):
        """What starts a small program beside what is measured."""
        return [self.java, "-XX:+UseSerialGC", "-Xmx1g", *flags, "-cp", class_path()]
