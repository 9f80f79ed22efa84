"""A real push service on loopback, with TLS, and browsers that read what it was handed."""

import dataclasses
import datetime as dt
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from community.kernel.push import encode

POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclasses.dataclass(slots=True)
class Handed:
    """What was posted to the service: where, with which headers, and the body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclasses.dataclass(slots=True)
class PushService:
    """What arrived, in order; ``answers`` says by path what is answered, 201 else."""

    port: int
    certificate: Path
    handed: list[Handed] = dataclasses.field(default_factory=list)
    answers: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"


class Browser:
    """What a browser gives to a site; it reads what comes by a library that is not ours."""

    def __init__(self, service: PushService, name: str = "one") -> None:
        self.path = f"/push/{name}"
        self.endpoint = f"https://{service.host}{self.path}"
        self.service = service
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = bytes(range(16))

    @property
    def given(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(*POINT)
        return {"endpoint": self.endpoint, "p256dh": encode(point), "auth": encode(self.secret)}

    def read(self, body: bytes) -> bytes:
        return http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )

    def messages(self) -> list[dict[str, Any]]:
        """Return what came to this browser, read."""
        mine = [each for each in self.service.handed if each.path == self.path]
        return [json.loads(self.read(each.body)) for each in mine]


@contextmanager
def push_service(folder: Path) -> Iterator[PushService]:
    """Run a push service; its certificate is its own authority's."""
    certificate, key = _certificate(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.handed.append(Handed(self.path, dict(self.headers), body))
            self.send_response(service.answers.get(self.path, 201))
            self.send_header("Location", f"https://{service.host}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_about: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    service = PushService(server.server_address[1], certificate)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "push.pem", folder / "push.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret
