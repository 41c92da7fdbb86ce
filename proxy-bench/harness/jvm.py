"""What a Java machine says of its own memory, by jcmd."""

import re
import subprocess
from pathlib import Path

from .failure import Failure


def _jcmd(bench, pid, *command):
    jcmd = Path(bench.serving_machine().java).with_name("jcmd")
    if not jcmd.exists():
        raise Failure(f"{jcmd} is not there: this needs a JDK, which a runtime is not")
    done = subprocess.run([jcmd, str(pid), *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"jcmd {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def live_classes(bench, pid):
    """Bytes of living objects by class, after a full collection."""
    found = {}
    for line in _jcmd(bench, pid, "GC.class_histogram").splitlines():
        row = re.match(r"\s*\d+:\s+\d+\s+(\d+)\s+(\S+)", line)
        if row:
            found[row.group(2)] = found.get(row.group(2), 0) + int(row.group(1))
    return found


def outside_heap(bench, pid):
    """Bytes committed outside the heap by kind; needs -XX:NativeMemoryTracking=summary."""
    found = {}
    text = _jcmd(bench, pid, "VM.native_memory", "summary", "scale=KB")
    for kind, kb in re.findall(r"^-\s+(.+?) \(reserved=\d+KB, committed=(\d+)KB", text, re.MULTILINE):
        if kind != "Java Heap":
            found[kind.strip()] = int(kb) << 10
    if not found:
        raise Failure(f"the Java machine does not track native memory:\n{text}")
    return found
