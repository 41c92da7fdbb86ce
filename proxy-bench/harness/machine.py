"""The machine: clocks of processes and processors, and what a reader must know of it to judge a figure."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
_COLLECTORS = {"UseSerialGC", "UseParallelGC", "UseG1GC", "UseZGC", "UseShenandoahGC"}


def tree(pid):
    """The process and all below it."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    except OSError:
        pass  # it has ended, or a thread of it has
    return found


def cpu_seconds(pids):
    """User and system time of all threads, dead ones included, in nanosecond steps (clock_getcpuclockid(3))."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def memory_kb(pids, field="VmRSS"):
    """Resident memory; pages that processes share count for each."""
    total = 0
    for pid in pids:
        found = re.search(rf"^{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        total += int(found.group(1)) if found else 0
    return total


def busy_seconds(cpus):
    """How long these processors have been at work since the start, for anyone; time that a hypervisor took counts too."""
    seconds = 0.0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name in {f"cpu{cpu}" for cpu in cpus}:
            user, nice, system, _idle, _iowait, irq, softirq, steal = (int(field) for field in fields[:8])
            seconds += (user + nice + system + irq + softirq + steal) / TICKS
    return seconds


def _output(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout + done.stderr).strip()


def package_version(name):
    return _output("dpkg-query", "-W", "-f", "${Version}", name)


def processor():
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1) if found else platform.machine()


def facts(root):
    """What stands above every report."""
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1)) / (1 << 20)
    commit = _output("git", "-C", str(root), "rev-parse", "--short", "HEAD")
    if _output("git", "-C", str(root), "status", "--porcelain", "--untracked-files=no"):
        commit += " with changes"
    return {
        "machine": f"{processor()}, {os.cpu_count()} processors, {memory:.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "commit": commit,
        "wrk": package_version("wrk"),
        "load average": " ".join(f"{load:.2f}" for load in os.getloadavg()) + " at the start",
    }


def java_version(java):
    """The first and the last line of what it says of itself, such as `openjdk version "17.0.9" 2023-10-17`."""
    lines = _output(java, "-version").splitlines()
    return lines[0] if lines else "?"


def java_settings(java, flags, cpus):
    """What a Java machine makes of its flags on these processors: collector, heap, compilers."""
    final = _output("taskset", "-c", cpus, java, *flags, "-XX:+PrintFlagsFinal", "-version")
    value = dict(re.findall(r"^ *\w+ (\w+) += (\S+)", final, re.MULTILINE))
    collectors = [name[3:] for name, state in value.items() if name in _COLLECTORS and state == "true"]
    heap = int(value.get("MaxHeapSize", 0)) >> 20
    return f"{', '.join(collectors)}, heap up to {heap:,} MB, from {int(value.get('InitialHeapSize', 0)) >> 20:,} MB"
