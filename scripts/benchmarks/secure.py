"""The double behind TLS, as WeChat is: whoever keeps no connection pays for a handshake."""

import ipaddress
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from backend.clock import utc_now

LOOPBACK = "127.0.0.1"
AT_A_TIME = 64


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate for this machine's loopback."""

    key: Path
    certificate: Path
    authorities: Path  # the usual ones and ours: a client reads them all, as it does for WeChat


def serve(port: int, certificate: Certificate) -> list[str]:
    """The command of a double that keeps connections open, which Werkzeug's own server does not.

    One worker: what happened on the phones is in its memory.
    """
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(AT_A_TIME), "--backpressure", str(AT_A_TIME)),
        *("--ssl-certificate", str(certificate.certificate), "--ssl-keyfile", str(certificate.key)),
        *("--no-access-log", "--log-level", "error", "--factory"),
        "backend.wechat.double.app:create_double",
    ]


def make_certificate(folder: Path) -> Certificate:
    """A certificate that says of itself that it is this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / "key.pem", folder / "certificate.pem", folder / "authorities.pem")
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    ours = certificate.public_bytes(serialization.Encoding.PEM)
    files.certificate.write_bytes(ours)
    files.authorities.write_bytes(Path(DEFAULT_CA_BUNDLE_PATH).read_bytes() + b"\n" + ours)
    return files
