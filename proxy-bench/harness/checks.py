"""Proves that a proxy does the work before it is measured: a peer that does not would be fast for nothing."""

import http.client

from . import payloads, tokens
from .failure import Failure

LIMIT = 3


def _answer(port, token, body, path="/api/inference"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def expect(proxy, token, body, status, what, path="/api/inference", content=None):
    found, received = _answer(proxy.port, token, body, path)
    if found != status:
        raise Failure(f"{proxy.name} answers {what} with {found} (expected: {status})\n{received[:500]}")
    if content is not None and received != content:
        raise Failure(f"{proxy.name} answers {what} with other bytes than the service sent")


def does_its_work(bench, proxy):
    """Serves good tokens and, where it has policies, refuses wrong ones and whoever is over the limit."""
    body = payloads.small()
    good = tokens.users(bench.secret, 2)
    expect(proxy, good[0], body, 200, "a good token", content=payloads.ANSWER.encode())
    if not proxy.policies:
        return
    for what, token in tokens.wrong(bench.secret).items():
        expect(proxy, token, body, 401, what)
    limited = proxy.limited(LIMIT)
    limited.start()
    try:
        for number in range(1, LIMIT + 1):
            expect(limited, good[0], body, 200, f"call {number} of {LIMIT}")
        expect(limited, good[0], body, 429, "a call over the limit")
        expect(limited, good[1], body, 200, "another user's call")
    finally:
        limited.stop()
