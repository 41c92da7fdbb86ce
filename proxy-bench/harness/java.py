"""The Java side: building it, and the programs of this module."""

import os
import subprocess
import sys
from pathlib import Path

from .failure import Failure
from .processes import BENCH, ROOT, clean_environment

CLASS_PATH = BENCH / "target" / "class-path"
_SOURCES = ("pom.xml", "proxy-core/pom.xml", "proxy-core/src/main", "proxy-bench/pom.xml", "proxy-bench/src/main")


def build():
    """Builds the shipped program and this module where a source is newer than what was built."""
    if not CLASS_PATH.exists() or _newest() > CLASS_PATH.stat().st_mtime:
        print("building the benchmarks …", file=sys.stderr, flush=True)
        command = "mvn -q -B -Dstyle.color=never -Dquick -Dmaven.test.skip=true -pl proxy-bench -am package".split()
        _run(command)
        CLASS_PATH.touch()
    _run([ROOT / "inference-proxy", "--version"])


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
    """The Java machine that runs as this process: its executable, and the flags that shape it."""
    arguments = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    end = next(i for i, argument in enumerate(arguments) if argument in ("-jar", "-cp"))
    shared = ("-XX:SharedArchiveFile", "-XX:ArchiveClasses", "-XX:+AutoCreate", "-Xshare", "-XX:AOT", "-Xlog")
    flags = [flag for flag in arguments[1:end] if flag.startswith(("-X", "--", "-Dio.netty.")) and not flag.startswith(shared)]
    return os.readlink(f"/proc/{pid}/exe"), flags


def launcher_command(bench):
    """What starts a program of this module under the flags that the launcher gives to `serve`."""
    java, flags = bench.serving_machine()
    return [java, *flags, "-cp", class_path()]


def tool_command(bench, *flags):
    """What starts a small program beside what is measured."""
    java, _ = bench.serving_machine()
    return [java, "-XX:+UseSerialGC", "-Xmx1g", *flags, "-cp", class_path()]
