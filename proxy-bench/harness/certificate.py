"""The certificate that proxies show where they speak TLS."""

import subprocess


class Certificate:
    """One of our own making for 127.0.0.1, ECDSA with P-256, by openssl."""

    def __init__(self, directory):
        self.path = directory / "certificate.pem"
        self.key = directory / "certificate-key.pem"
        self.bundle = directory / "certificate-and-key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run([*command, "-out", self.path, "-keyout", self.key], check=True, capture_output=True)
        self.key.chmod(0o600)
        self.bundle.touch(0o600)
        self.bundle.write_text(self.path.read_text() + self.key.read_text())
