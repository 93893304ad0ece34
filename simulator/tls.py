# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for the simulator: a CA and a server it vouches for, another CA's server, and some with a fault each."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KINDS = ("good", "other_ca", "wrong_host", "expired", "not_yet_valid", "for_clients")


def make_certificates(directory: Path) -> None:
    """Write ca.pem, other-ca.pem and for each kind KIND.pem with certificate and key; what is there stays."""
    directory.mkdir(parents=True, exist_ok=True)
    if all((directory / f"{kind}.pem").exists() for kind in KINDS) and (directory / "ca.pem").exists():
        return
    known_key, known = _authority("Simulator CA")
    other_key, other = _authority("Other CA")
    (directory / "ca.pem").write_bytes(_pem(known))
    (directory / "other-ca.pem").write_bytes(_pem(other))
    here = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    _server(directory / "good.pem", known_key, known, here)
    _server(directory / "other_ca.pem", other_key, other, here)
    _server(directory / "wrong_host.pem", known_key, known, [x509.DNSName("smc.elsewhere.test")])
    _server(directory / "expired.pem", known_key, known, here, days=(-30, -1))
    _server(directory / "not_yet_valid.pem", known_key, known, here, days=(1, 30))
    _server(directory / "for_clients.pem", known_key, known, here, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)


def server_context(directory: Path, kind: str) -> ssl.SSLContext:
    """The server side of TLS with a certificate of that kind."""
    if kind not in KINDS:
        raise ValueError(f"tls is {kind!r}, not one of {', '.join(KINDS)}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(directory / f"{kind}.pem")
    return context


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: tuple[int, int] = (-1, 30)
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_name(name), _name(name), key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _server(
    path: Path,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate,
    names: list[x509.GeneralName],
    days: tuple[int, int] = (-1, 30),
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_name("Simulated SMC"), issuer.subject, key, days)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600)
    path.write_bytes(private + _pem(certificate))
