"""Load by connections that are each made for one call."""

import socket
import ssl
import time
from statistics import quantiles
from threading import Thread

from .failure import Failure
from .load import Load

AT_ONCE = 8
"""So that the proxy has the next connection to work on while we end the last one."""


class NewConnections:
    """Opens a connection with a whole handshake, makes one call, reads to the end of the connection, and again.

    In threads of our own process, which is bound to the processors of the load; sessions of TLS are never resumed.
    """

    def __init__(self, bench):
        self._context = ssl.create_default_context(cafile=bench.certificate.path)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3

    def run(self, proxy, work, seconds):
        """Load for so long. Anything but 200 is a failure."""
        requests = [_request(work, token) for token in work.tokens]
        millis, failures = [], []
        before, begun = time.process_time(), time.monotonic()
        threads = [
            Thread(target=self._work, args=(proxy, requests[number:], begun + seconds, millis, failures))
            for number in range(AT_ONCE)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        elapsed, cpu = time.monotonic() - begun, time.process_time() - before
        if failures:
            raise Failure(f"{proxy.name}: a new connection failed while it was measured: {failures[0]!r}")
        cuts = quantiles(millis, n=1000, method="inclusive")
        return Load(requests=len(millis), seconds=elapsed, p50=cuts[499], p99=cuts[989], p999=cuts[998], cpu=cpu)

    def _work(self, proxy, requests, end, millis, failures):
        at = 0
        try:
            while time.monotonic() < end:
                begun = time.perf_counter()
                self._call(proxy.port, requests[at % len(requests)])
                millis.append((time.perf_counter() - begun) * 1000)
                at += 1
        except (OSError, Failure) as broken:
            failures.append(broken)

    def _call(self, port, request):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._context.wrap_socket(plain, server_hostname="127.0.0.1") as secured:
                secured.sendall(request)
                answer = b""
                while received := secured.recv(16384):
                    answer += received
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise Failure(f"answered {answer[:500]!r} (expected: 200)")


def _request(work, token):
    body = work.body.encode()
    fields = f"Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"POST {work.path} HTTP/1.1\r\n{fields}\r\nAuthorization: Bearer {token}\r\n\r\n".encode() + body
