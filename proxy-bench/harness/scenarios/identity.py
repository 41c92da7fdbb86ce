"""Scenarios of users, API keys and sessions in a database."""

import http.client
import json
import random
import subprocess
import time

from .. import machine, payloads, proxies, tokens
from ..failure import Failure
from ..proxies import Setup
from .figures import Figures, load_average, section, serve

PASSWORD = "correct horse battery"


class Database:
    """A database that was filled by a process that goes on, and revokes what it is told to; a context."""

    def __init__(self, bench, name, users, keys):
        directory = bench.directory / name
        directory.mkdir()
        self._file = f"jdbc:h2:file:{directory / 'identity'}"
        # While it is filled nobody needs to rely on it, so not every single write is awaited.
        url = f"{self._file};AUTO_SERVER=TRUE;WRITE_DELAY=500"
        program = [*bench.serving_machine().tool_command(), "io.inferenceproxy.bench.IdentityDatabase"]
        self.directory = directory
        self.keys = []
        self._process = subprocess.Popen(
            ["taskset", "-c", bench.all_cpus, *map(str, program), url, str(users), str(keys)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        while (line := self._answer()) != "filled":
            self.keys.append(line.split()[1])

    def url(self, shared):
        return self._file + (";AUTO_SERVER=TRUE" if shared else "")

    def revoke(self, kind, which):
        """Of kind `key`, `tokens` or `user`; when that is done, by the clock of `time.monotonic`."""
        self._process.stdin.write(f"{kind} {which}\n")
        self._process.stdin.flush()
        self._answer()
        return time.monotonic()

    def leave(self):
        """Ends the process, so that another one has the database for itself."""
        self._process.stdin.close()
        if self._process.wait(60) != 0:
            raise Failure(f"the program that fills the database ended with {self._process.returncode}")

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise Failure("the program that fills the database ended; it says why above")
        return line.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()


class Client:
    """One connection, kept alive, and how long each answer takes."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def infer(self, credential):
        """The status and the milliseconds of a call."""
        return self._post("/api/inference", payloads.small(), {"Authorization": f"Bearer {credential}"})

    def login(self, name, password):
        return self._post("/api/login", json.dumps({"username": name, "password": password}), {})

    def _post(self, path, body, headers):
        begun = time.monotonic()
        self._connection.request("POST", path, body=body, headers={"Content-Type": "application/json"} | headers)
        response = self._connection.getresponse()
        response.read()
        return response.status, (time.monotonic() - begun) * 1_000


def _expect(found, what):
    status, millis = found
    if status != 200:
        raise Failure(f"{what} was answered with {status} (expected: 200)")
    return millis


class IdentityStart:
    """How long a start takes with many users and keys, and what the first of them wait."""

    name = "identity-start"
    title = "Start with many users and keys"
    serve_seconds = 2

    def run(self, bench):
        count = 2_000 if bench.options.quick else 100_000
        runs = 2 if bench.options.quick else max(5, bench.pairs)
        begun = time.monotonic()
        with Database(bench, self.name, count, count) as database:
            database.leave()
            filled = time.monotonic() - begun
            starts, calls = [], []
            for run in range(runs + 1):  # the first may find nothing of the file in memory, and the launcher no archive
                bench.say(f"  start {run} of {runs}")
                found = serve(
                    bench,
                    database.directory,
                    upstream=f"http://127.0.0.1:{bench.upstream.port}",
                    settings=(f"database.url={database.url(shared=False)}",),
                    meanwhile=lambda port, pid: calls.append((*self._first_calls(port, database.keys), pid_memory(pid))),
                )
                starts.append(found)
        seconds, millis, megabytes = Figures("s"), Figures("ms"), Figures("MB")
        ready, cpu = ([*values] for values in zip(*starts[1:]))
        first, second, another, login, memory = ([*values] for values in zip(*calls[1:]))
        seconds.add("serve, until it is ready", ready, "{:.2f}", at_most=self.serve_seconds)
        seconds.add("serve, processor time until then", cpu, "{:.2f}")
        millis.add("first call, with one of the keys", first)
        millis.add("second call with it", second, "{:.1f}")
        millis.add("first call with another key", another, "{:.1f}")
        millis.add("first login", login)
        megabytes.add("RSS then", memory)
        size = sum(path.stat().st_size for path in database.directory.glob("identity*.db")) / (1 << 20)
        notes = [
            load_average(),
            f"H2 in a file of {size:.0f} MB, filled by the proxy's own stores in {filled:.0f} s",
            "all users but the one who logs in have the same hash, of a password that nobody knows",
        ]
        text = f"{count:,} users and {count:,} API keys; by the launcher, on all processors; {runs} runs."
        return section(self.title, text, [seconds, millis, megabytes], notes)

    @staticmethod
    def _first_calls(port, keys):
        with Client(port) as client:
            first = _expect(client.infer(keys[0]), "the first call with a key")
            second = _expect(client.infer(keys[0]), "the second call with it")
            another = _expect(client.infer(keys[1]), "a call with another key")
            login = _expect(client.login("alice", PASSWORD), "a login")
        return first, second, another, login


def pid_memory(pid):
    return machine.memory_kb(machine.tree(pid)) / 1024


class Revocation:
    """After how long a proxy knows what another process has revoked."""

    name = "revocation"
    title = "Revocations by another process"
    bound_seconds = 10
    poll_seconds = 0.01

    def __init__(self):
        self._chance = random.Random(1)

    def run(self, bench):
        rounds = 2 if bench.options.quick else 20
        with Database(bench, self.name, 200, 200) as database:
            settings = (f"database.url={database.url(shared=True)}", "auth.failure-limit=off")
            ours = bench.start(proxies.Ours(bench, setup=Setup(settings=settings, cpus=bench.all_cpus)))
            waits = {kind: [] for kind in ("key", "tokens", "user")}
            with Client(ours.port) as client:
                for number in range(rounds):
                    key = database.keys[number]
                    waits["key"].append(self._wait(client, database, "key", key.split("_")[1], key))
                    for kind, of in (("tokens", 100 + number), ("user", 150 + number)):
                        user = f"user-{of:06}"
                        token = tokens.mint(bench.secret, tokens.claims(user))
                        waits[kind].append(self._wait(client, database, kind, user, token))
                    bench.say(f"  round {number + 1} of {rounds}")
        figures = Figures("s")
        names = {"key": "an API key", "tokens": "all tokens of a user", "user": "a user, who is disabled"}
        for kind, name in names.items():
            figures.add(name, waits[kind], "{:.2f}")
        for kind, name in names.items():
            figures.add(f"{name}, the longest", max(waits[kind]), "{:.2f}", at_most=self.bound_seconds)
        text = f"From the moment at which another process has revoked something until the first call that is refused; {rounds} rounds."
        notes = [load_average(), "one H2 database, which both have open; a call every 10 ms; the bound is the stated one"]
        return section(self.title, text, [figures], notes)

    def _wait(self, client, database, kind, which, credential):
        _expect(client.infer(credential), f"a call before {kind} {which} was revoked")
        time.sleep(self._chance.random())  # or each would come just after the proxy has looked, since the last one did
        revoked = database.revoke(kind, which)
        while time.monotonic() - revoked < 3 * self.bound_seconds:
            status, _ = client.infer(credential)
            if status == 401:
                return time.monotonic() - revoked
            if status != 200:
                raise Failure(f"a call was answered with {status} (expected: 200, then 401)")
            time.sleep(self.poll_seconds)
        raise Failure(f"{kind} {which} was revoked and is good yet after {3 * self.bound_seconds} s")


ALL = [IdentityStart(), Revocation()]
