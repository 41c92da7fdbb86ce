"""The command `compare`."""

import argparse
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from . import java, machine
from .bench import Bench, install
from .document import Document
from .failure import Failure
from .processes import ROOT
from .proxies import KINDS
from .report import Table
from .scenarios import ALL


def _parser():
    parser = argparse.ArgumentParser(
        prog="compare",
        description="Measures the proxy beside its peers, in pairs, and reports the processor time of each request.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="scenarios:\n" + "\n".join(f"  {name:<16}{scenario.title}" for name, scenario in ALL.items()),
    )
    parser.add_argument("--scenario", metavar="NAME[,NAME]", help="only these (default: all)")
    parser.add_argument("--peers", metavar="NAME[,NAME]", help="only these peers (default: all that a scenario has)")
    parser.add_argument("--pairs", type=int, default=5, metavar="N", help="runs of each pair (default: 5)")
    parser.add_argument("--seconds", type=int, default=8, metavar="S", help="length of a run (default: 8)")
    parser.add_argument("--warm-up", type=int, default=20, metavar="S", help="of each Java machine (default: 20)")
    parser.add_argument("--quick", action="store_true", help="1 pair of 2 s after 5 s of warm-up: shows that it works")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="put the report there too, as Markdown")
    parser.add_argument("--proxy-cpu", default="1", metavar="LIST", help="processors of the proxies (default: 1)")
    parser.add_argument("--load-cpus", default="0", metavar="LIST", help="processors of load and service (default: 0)")
    parser.add_argument("--java-opts", default="", metavar="TEXT", help="more options of our own Java machine, such as a recording")
    parser.add_argument("--keep", action="store_true", help="keep the directory with configurations and outputs")
    return parser


def _options(arguments):
    parser = _parser()
    options = parser.parse_args(arguments)
    options.tries = 4
    if options.quick:
        options.pairs, options.seconds, options.warm_up, options.tries = 1, 2, 5, 1
    options.peers = set(options.peers.split(",")) if options.peers else None
    for name in options.peers or ():
        if name not in KINDS:
            parser.error(f"--peers: {name} (expected: {', '.join(KINDS)})")
    chosen = options.scenario.split(",") if options.scenario else list(ALL)
    for name in chosen:
        if name not in ALL:
            parser.error(f"--scenario: {name} (expected: {', '.join(ALL)})")
    options.scenarios = [ALL[name] for name in chosen]
    if os.cpu_count() < 2:
        parser.error("this machine has one processor; the proxy needs one for itself")
    return options


def main():
    options = _options(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _measure(options)
    except Failure as failure:
        print(f"compare: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _measure(options):
    document = Document(options.markdown, list(ALL)) if options.markdown else None
    install(["wrk", "nginx-light", "openssl"])
    for program in ("taskset", "java", "mvn", "git"):
        if shutil.which(program) is None:
            raise Failure(f"{program} is not in the PATH")
    java.build()
    goals = []
    with Bench(options) as bench:
        for scenario in options.scenarios:
            bench.say(f"{scenario.name}: {scenario.title}")
            begun = time.monotonic()
            facts = machine.facts(ROOT)
            section = scenario.run(bench)
            facts |= bench.facts()
            bench.stop_all()
            bench.say(f"{scenario.name}: done in {time.monotonic() - begun:.0f} s")
            print(f"\n{section.plain()}\n", flush=True)
            goals += [(scenario.name, *goal) for goal in section.goals]
            if document:  # at once: what was measured stays, whatever becomes of the rest
                document.put(scenario.name, section, facts)
                document.write()
    print("\n".join(f"{name}: {value}" for name, value in facts.items()))
    if goals:
        print(f"\n{Table(['goal', '', 'median', '', ''], [list(goal) for goal in goals]).text()}")
    return 0
