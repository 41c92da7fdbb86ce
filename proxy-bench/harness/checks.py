"""Proves that a proxy does the work before it is measured: a peer that does not would be fast for nothing."""

import http.client
import ssl

from . import payloads, tokens
from .failure import Failure
from .proxies import AES

LIMIT = 3

TLS = ("TLSv1.3", AES)
"""What is spoken where a proxy speaks TLS."""


def _connection(proxy):
    if proxy.certificate is None:
        return http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    trusting = ssl.create_default_context(cafile=proxy.certificate.path)
    return http.client.HTTPSConnection("127.0.0.1", proxy.port, timeout=10, context=trusting)


def answer(proxy, token, body, path="/api/inference"):
    connection = _connection(proxy)
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.connect()
        if proxy.certificate is not None and (spoken := (connection.sock.version(), connection.sock.cipher()[0])) != TLS:
            raise Failure(f"{proxy.name} speaks {spoken} (expected: {TLS})")
        connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException) as broken:
        raise Failure(f"{proxy.name} gives no answer: {broken!r}") from broken
    finally:
        connection.close()


def expect(proxy, token, body, status, what, path="/api/inference", content=None):
    found, received = answer(proxy, token, body, path)
    if found != status:
        raise Failure(f"{proxy.name} answers {what} with {found} (expected: {status})\n{received[:500]}")
    if content is not None and received != content:
        raise Failure(f"{proxy.name} answers {what} with other bytes than the service sent")


def does_its_work(bench, proxy, body=None, path="/api/inference", content=None):
    """Serves good tokens, what will be measured too, and, where it has policies, refuses wrong ones and whoever is over the limit."""
    small = payloads.small()
    good = tokens.users(bench.secret, 2)
    expect(proxy, good[0], small, 200, "a good token", content=payloads.ANSWER.encode())
    expect(proxy, good[0], body or small, 200, "what will be measured", path, content)
    if not proxy.policies:
        return
    for what, token in tokens.wrong(bench.secret).items():
        expect(proxy, token, small, 401, what)
    limited = proxy.limited(LIMIT)
    limited.start()
    try:
        for number in range(1, LIMIT + 1):
            expect(limited, good[0], small, 200, f"call {number} of {LIMIT}")
        expect(limited, good[0], small, 429, "a call over the limit")
        expect(limited, good[1], small, 200, "another user's call")
    finally:
        limited.stop()
