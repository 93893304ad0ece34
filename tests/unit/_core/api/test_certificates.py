# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a certificate is checked by, and the reason in words when it is refused: real handshakes in memory."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.certificates import explain_verification, tls_context
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "smc.example.com"


class Identity:
    """A key and its certificate; issuer: None for one that signs itself."""

    def __init__(
        self,
        name: str,
        issuer: Identity | None = None,
        ca: bool = False,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
        days: tuple[int, int] = (-1, 30),
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        identifiers: bool = True,
    ) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if identifiers:
            signer = issuer.key if issuer else self.key
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
            builder = builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False
            )
        if ca:
            usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        else:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        self.certificate = builder.sign(issuer.key if issuer else self.key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def write(self, path: Path, *chain: Identity) -> Path:
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + self.pem + b"".join(one.pem for one in chain))
        return path


def handshake(server: Path, client: ssl.SSLContext, host: str = HOST) -> None:
    """A TLS handshake in memory. Raises what the client makes of the server's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.load_cert_chain(server)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(to_client, to_server, server_hostname=host)
    far = context.wrap_bio(to_server, to_client, server_side=True)
    waiting = [near, far]
    for _turn in range(10):
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                continue
        if not waiting:
            return
    raise AssertionError("the handshake did not end")


@pytest.fixture(scope="module")
def ca() -> Identity:
    return Identity("The CA", ca=True)


def trusting(folder: Path, *authorities: Identity) -> ssl.SSLContext:
    bundle = folder / "ca.pem"
    bundle.write_bytes(b"".join(one.pem for one in authorities))
    return tls_context(True, str(bundle), {})


def refusal(server: Path, client: ssl.SSLContext, host: str = HOST) -> str:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        handshake(server, client, host)
    return explain_verification("https://smc.example.com:8082", caught.value)


def test_a_good_certificate_is_accepted(ca: Identity, tmp_path: Path) -> None:
    handshake(Identity(HOST, ca).write(tmp_path / "s.pem"), trusting(tmp_path, ca))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"days": (-30, -1)}, "has expired"),
        ({"days": (1, 30)}, "is not valid yet"),
        ({"purpose": ExtendedKeyUsageOID.CLIENT_AUTH}, "not meant for servers"),
        ({"key": rsa.generate_private_key(65537, 1024)}, "key that is too weak"),
    ],
)
def test_why_a_certificate_is_refused(ca: Identity, tmp_path: Path, made: dict[str, object], said: str) -> None:
    server = Identity(HOST, ca, **made).write(tmp_path / "s.pem")  # type: ignore[arg-type]
    assert said in refusal(server, trusting(tmp_path, ca))


def test_an_expired_ca_is_named_too(tmp_path: Path) -> None:
    old = Identity("Old CA", ca=True, days=(-60, -1))
    assert "or its CA's has" in refusal(Identity(HOST, old).write(tmp_path / "s.pem"), trusting(tmp_path, old))


def test_other_authorities_and_names(ca: Identity, tmp_path: Path) -> None:
    other = Identity("Another CA", ca=True)
    intermediate = Identity("Intermediate", ca, ca=True)
    trusted = trusting(tmp_path, ca)
    assert "unknown CA" in refusal(Identity(HOST, other).write(tmp_path / "a.pem"), trusted)
    assert "signed by itself" in refusal(Identity(HOST).write(tmp_path / "b.pem"), trusted)
    assert "unknown CA" in refusal(Identity(HOST, other).write(tmp_path / "c.pem", other), trusted)
    assert "intermediate" in refusal(Identity(HOST, intermediate).write(tmp_path / "d.pem"), trusted)
    assert "another name" in refusal(Identity("smc.elsewhere.test", ca).write(tmp_path / "e.pem"), trusted)
    assert "another address" in refusal(Identity(HOST, ca).write(tmp_path / "f.pem"), trusted, "192.0.2.1")
    handshake(Identity(HOST, intermediate).write(tmp_path / "g.pem", intermediate), trusted)


def test_extensions_that_strict_pythons_demand(ca: Identity, tmp_path: Path) -> None:
    trusted = trusting(tmp_path, ca)
    trusted.verify_flags |= ssl.VERIFY_X509_STRICT
    said = refusal(Identity(HOST, ca, identifiers=False).write(tmp_path / "s.pem"), trusted)
    assert "Python 3.13 and later are stricter" in said


def test_ca_path_is_exclusive_and_the_environment_comes_second(ca: Identity, tmp_path: Path) -> None:
    other = Identity("Another CA", ca=True)
    bundle = tmp_path / "other.pem"
    bundle.write_bytes(other.pem)
    server = Identity(HOST, ca).write(tmp_path / "s.pem")
    mine = tmp_path / "mine.pem"
    mine.write_bytes(ca.pem)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        handshake(server, tls_context(True, None, {name: str(mine)}))
        assert "unknown CA" in refusal(server, tls_context(True, str(bundle), {name: str(mine)}))


def test_the_system_store_counts(ca: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.pem"
    mine.write_bytes(ca.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(mine))
    handshake(Identity(HOST, ca).write(tmp_path / "s.pem"), tls_context(True, None, {"SSL_CERT_FILE": str(mine)}))


def test_nothing_is_checked_where_the_user_says_so(tmp_path: Path) -> None:
    handshake(Identity("elsewhere").write(tmp_path / "s.pem"), tls_context(False, None, {}))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.pem", None, "no such file or folder"),
        ("empty.pem", b"", "no certificate in PEM"),
        ("der.pem", b"\x30\x82\x01\x0a", "no certificate in PEM"),
        ("cut.pem", b"-----BEGIN CERTIFICATE-----\nMIIB", "a certificate in PEM that is cut off or damaged"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OptionError, match=f"`ca_path` is .*{said}"):
        tls_context(True, str(path), {})
    with pytest.raises(OptionError, match=f"variable REQUESTS_CA_BUNDLE is .*{said}"):
        tls_context(True, None, {"REQUESTS_CA_BUNDLE": str(path)})
    with pytest.raises(OptionError, match=f"variable SSL_CERT_FILE is .*{said}"):
        tls_context(True, None, {"SSL_CERT_FILE": str(path)})


def test_a_bundle_whose_second_certificate_is_cut(ca: Identity, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(ca.pem + ca.pem[:200])
    with pytest.raises(OptionError, match="holds a certificate in PEM that is cut off or damaged"):
        tls_context(True, str(bundle), {})


def test_openssls_own_variables(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"SSL_CERT_FILE is the folder .* or the folder in SSL_CERT_DIR"):
        tls_context(True, None, {"SSL_CERT_FILE": str(tmp_path)})
    with pytest.raises(OptionError, match="SSL_CERT_DIR is '/nowhere:/nope', but there is no such folder"):
        tls_context(True, None, {"SSL_CERT_DIR": "/nowhere:/nope"})
    # OpenSSL looks in each of them.
    tls_context(True, None, {"SSL_CERT_DIR": f"/nowhere:{tmp_path}"})


def test_a_folder_without_hashes_and_a_variable_without_a_file(ca: Identity, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(ca.pem)
    with pytest.raises(OptionError, match="openssl rehash"):
        tls_context(True, str(tmp_path), {})
    with pytest.raises(OptionError, match=r"SSL_CERT_FILE is '/nowhere/ca\.pem'"):
        tls_context(True, None, {"SSL_CERT_FILE": "/nowhere/ca.pem"})
