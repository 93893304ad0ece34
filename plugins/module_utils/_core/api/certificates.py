# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the SMC's certificate is checked by, for HTTP and the WebSocket alike, and why it was not accepted, in words."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..errors import OptionError

# Debian, Red Hat, SUSE and Alpine keep their certificate authorities here.
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
# Of requests and curl; ssl reads SSL_CERT_FILE and SSL_CERT_DIR itself.
_BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_STORE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")

# A file in a folder of authorities is found by the hash of its subject.
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def tls_context(
    validate: bool, ca_path: str | None, environment: Mapping[str, str], last_resort: str = ""
) -> ssl.SSLContext:
    """The one context for every TLS connection to the SMC.

    Args:
        validate: Whether the certificate is checked at all.
        ca_path: A file or folder of certificate authorities; nothing else is trusted then.
        environment: Environment variables. REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE name a file or folder that replaces
            the system's; SSL_CERT_FILE and SSL_CERT_DIR are OpenSSL's own.
        last_resort: A bundle for a system that has none, such as certifi's.

    Raises:
        OptionError: The file or folder cannot be used; the message names the option or the variable.
    """
    if not validate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if ca_path:
        return _trusting(Path(ca_path).expanduser(), "`ca_path`")
    for name in _BUNDLE_VARIABLES:
        if environment.get(name):
            return _trusting(Path(environment[name]).expanduser(), f"The environment variable {name}")
    return _system_context(environment, last_resort)


def _trusting(path: Path, named_by: str) -> ssl.SSLContext:
    """A context that trusts a file or folder and nothing else."""
    if not path.exists():
        raise OptionError(f"{named_by} is '{path}', but there is no such file or folder.")
    try:
        if not path.is_dir():
            return ssl.create_default_context(cafile=str(path))
        if not any(_HASHED.fullmatch(file.name) for file in path.iterdir()):
            raise OptionError(
                f"{named_by} is the folder '{path}', which holds no certificate under its hash, so none would be found. "
                "Run `openssl rehash` on the folder, or name a file."
            )
        return ssl.create_default_context(capath=str(path))
    except ssl.SSLError:
        raise OptionError(f"{named_by} is '{path}', which holds {_what_is_wrong(path)}.") from None
    except OSError as error:
        raise OptionError(f"{named_by} is '{path}', which cannot be read: {_reason(error)}.") from None


def _what_is_wrong(path: Path) -> str:
    with suppress(OSError):
        if b"-----BEGIN CERTIFICATE-----" in path.read_bytes():
            return "a certificate in PEM that is cut off or damaged"
    return "no certificate in PEM"


def _check_store(file: str | None, folders: str | None) -> None:
    """Raises OptionError if OpenSSL would pass over what these variables name, without a word."""
    if file:
        path, named_by = Path(file), "The environment variable SSL_CERT_FILE"
        if path.is_dir():
            raise OptionError(f"{named_by} is the folder '{path}'. Name a file, or the folder in SSL_CERT_DIR.")
        _trusting(path, named_by)
    if folders and not any(Path(folder).exists() for folder in folders.split(os.pathsep)):
        raise OptionError(f"The environment variable SSL_CERT_DIR is '{folders}', but there is no such folder.")


def _system_context(environment: Mapping[str, str], last_resort: str) -> ssl.SSLContext:
    file, folders = (environment.get(name) for name in _STORE_VARIABLES)
    _check_store(file, folders)
    context = ssl.create_default_context()
    if file or folders:
        return context
    # A Python that was not built for this system looks elsewhere for its authorities.
    for bundle in (*_SYSTEM_BUNDLES, last_resort):
        if bundle and Path(bundle).is_file():
            try:
                context.load_verify_locations(cafile=bundle)
            except (ssl.SSLError, OSError):
                continue
            return context
    return context


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


_GIVE_CA = "Give the CA certificate that signed it in `ca_path` (or SMC_CA_PATH)."

_NAMES_THAT_COUNT = (
    ": only its subjectAltName counts, and no common name. Use in `url` what stands there, or have one issued with this"
)

# OpenSSL's numbers of why a certificate is refused (X509_V_ERR_…), with what to do.
_VERIFICATION: Mapping[int, str] = {
    2: f"is signed by a CA whose own certificate is missing. {_GIVE_CA}",
    9: "is not valid yet, or its CA's is not. Compare this machine's clock with the SMC's.",
    10: "has expired, or its CA's has. Have it renewed on the SMC.",
    18: f"is signed by itself and not trusted here. {_GIVE_CA}",
    19: f"is signed by an unknown CA. {_GIVE_CA}",
    20: f"is signed by an unknown CA, or an intermediate certificate is missing. {_GIVE_CA}",
    21: "came without the intermediate certificate that leads to its CA. Add that to `ca_path`, or let the SMC send it.",
    23: "has been revoked.",
    24: "is signed by a certificate that is not a CA's.",
    25: "is signed by a CA that may not sign at this depth of the chain.",
    26: "is not meant for servers (its purpose is another). Have one issued for server authentication.",
    28: "is rejected for its purpose by the CA that was given.",
    62: f"is for another name{_NAMES_THAT_COUNT} name.",
    64: f"is for another address{_NAMES_THAT_COUNT} address.",
    66: "has a key that is too weak for this machine's OpenSSL. Have one issued with a longer key.",
    67: "is signed by a CA whose key is too weak for this machine's OpenSSL. Have one issued by another CA.",
    68: "is signed with an algorithm that is too weak for this machine's OpenSSL, such as SHA-1. Have one issued with SHA-256.",
    79: "is signed by a certificate that is not a valid CA's.",
}


def explain_verification(base: str, error: ssl.SSLCertVerificationError) -> str:
    """A sentence on why a certificate was not accepted, and what to do.

    Args:
        base: The SMC's address, for the sentence.
        error: What OpenSSL raised; its number decides, its words are quoted where no sentence is known.
    """
    known = _VERIFICATION.get(error.verify_code)
    if known:
        return f"The certificate of {base} {known}"
    said = str(error.verify_message or "no reason given").rstrip(".")
    if re.match(r"(?i)missing|.*(key identifier|basic constraints|key ?usage|not marked critical|empty)", said):
        return (
            f"The certificate of {base}, or of its CA, lacks something that this Python's OpenSSL demands ({said}); "
            "Python 3.13 and later are stricter. Have it issued with the extensions of RFC 5280."
        )
    return f"The certificate of {base} was not accepted: {said}."
