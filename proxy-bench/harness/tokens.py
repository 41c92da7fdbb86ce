"""JSON Web Tokens such as the proxy mints, and wrong ones."""

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import time

ISSUER = "inference-proxy"
AUDIENCE = "inference"
LIFETIME = 24 * 3600


def _encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _json(value):
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def claims(subject, **changes):
    now = int(time.time())
    return {
        "iss": ISSUER,
        "sub": subject,
        "aud": AUDIENCE,
        "exp": now + LIFETIME,
        "iat": now,
        "nbf": now,
        "jti": _encoded(secrets.token_bytes(16)).decode(),
    } | changes


class SharedSecret:
    """Signs with HS256."""

    algorithm = "HS256"

    def __init__(self):
        self.text = secrets.token_urlsafe(36)

    def sign(self, data):
        return hmac.new(self.text.encode(), data, hashlib.sha256).digest()


class KeyFile:
    """Signs with RS256 or ES256, by openssl."""

    _MAKE = {
        "RS256": ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        "ES256": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    }

    def __init__(self, algorithm, path):
        self.algorithm = algorithm
        self.path = path
        subprocess.run(["openssl", *self._MAKE[algorithm], "-out", path], check=True, capture_output=True)
        path.chmod(0o600)

    def sign(self, data):
        command = ["openssl", "dgst", "-sha256", "-sign", self.path]
        signature = subprocess.run(command, input=data, check=True, capture_output=True).stdout
        return _raw(signature) if self.algorithm == "ES256" else signature


def _raw(der):
    """The two numbers of an ECDSA signature side by side (RFC 7518 section 3.4), out of their DER."""
    numbers, at = b"", 2
    for _ in range(2):
        length = der[at + 1]
        numbers += der[at + 2 : at + 2 + length].lstrip(b"\0").rjust(32, b"\0")
        at += 2 + length
    return numbers


def mint(key, payload, algorithm=None):
    """A token; `algorithm` is what its header says, where that shall not be the truth."""
    signed = _json({"alg": algorithm or key.algorithm, "typ": "at+jwt"}) + b"." + _json(payload)
    return (signed + b"." + _encoded(key.sign(signed))).decode()


def users(key, count):
    """One token for each of so many users."""
    return [mint(key, claims(f"user-{number:04}")) for number in range(count)]


def forged(count):
    """Tokens as `users`, signed with a secret that nobody knows."""
    return users(SharedSecret(), count)


def wrong(key):
    """What must be answered 401, by what is wrong with it."""
    return {
        "nothing": None,
        "no token": "nonsense",
        "a foreign signature": mint(SharedSecret(), claims("user-0000")),
        "an expired token": mint(key, claims("user-0000", exp=int(time.time()) - 3600)),
        "another issuer": mint(key, claims("user-0000", iss="someone-else")),
        "another audience": mint(key, claims("user-0000", aud="someone-else")),
        "the algorithm none": mint(key, claims("user-0000"), algorithm="none"),
    }
