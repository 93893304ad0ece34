# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signed release is verified by ansible-galaxy itself; the key is made for the test and thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = Path("ansible_collections", "ngfw", "smc")


def run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, "ANSIBLE_HOME": str(folder / "ansible"), **environment},
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
    )


def make_key(home: Path, name: str) -> None:
    home.mkdir(mode=0o700)
    command = ("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", name, "ed25519", "sign", "1d")
    made = run(*command, folder=home, GNUPGHOME=str(home))
    assert made.returncode == 0, made.stdout


@dataclass(frozen=True)
class Release:
    """A built file, its signature, and the keyrings of the signer and of somebody else."""

    folder: Path
    file: Path
    keyring: Path
    other_keyring: Path

    @property
    def signature(self) -> str:
        return self.file.with_name(self.file.name.replace(".tar.gz", ".asc")).as_uri()

    def galaxy(self, action: str, *arguments: str | Path, collections: Path) -> subprocess.CompletedProcess[str]:
        return run(
            "ansible-galaxy", "collection", action, "--offline", *arguments,
            folder=self.folder, ANSIBLE_COLLECTIONS_PATH=str(collections),
        )  # fmt: skip


@pytest.fixture(scope="module")
def release() -> Iterator[Release]:
    if not shutil.which("gpg"):
        if os.environ.get("CI"):
            pytest.fail("CI must have gpg (Debian: gnupg).")
        pytest.skip("there is no gpg here (Debian: gnupg), so no signature can be made")
    # A path of its own: the socket of gpg's agent must fit into 108 characters.
    folder = Path(tempfile.mkdtemp(prefix="sig"))
    homes = [folder / "signer", folder / "other"]
    try:
        for home in homes:
            make_key(home, f"{home.name} <{home.name}@example.com>")
        built = run("ansible-galaxy", "collection", "build", "--output-path", folder, ROOT, folder=folder)
        assert built.returncode == 0, built.stdout
        (file,) = folder.glob("ngfw-smc-*.tar.gz")
        signed = run(ROOT / "tools" / "sign", file, folder=folder, GNUPGHOME=str(homes[0]))
        assert signed.returncode == 0, signed.stdout
        yield Release(folder, file, *(home / "pubring.kbx" for home in homes))
    finally:
        for home in homes:
            run("gpgconf", "--kill", "all", folder=folder, GNUPGHOME=str(home))
        shutil.rmtree(folder)


def test_an_installed_release_is_verified(release: Release) -> None:
    collections = release.folder / "verified"
    installed = release.galaxy("install", release.file, "-p", collections, collections=collections)
    assert installed.returncode == 0, installed.stdout

    trust = ("--keyring", release.keyring, "--signature", release.signature, "ngfw.smc")
    verified = release.galaxy("verify", *trust, collections=collections)
    assert verified.returncode == 0, verified.stdout
    assert "Successfully verified that checksums for 'ngfw.smc" in verified.stdout

    strangers = ("--keyring", release.other_keyring, "--signature", release.signature, "ngfw.smc")
    refused = release.galaxy("verify", *strangers, collections=collections)
    assert refused.returncode != 0, refused.stdout
    assert "Signature verification failed for 'ngfw.smc'" in refused.stdout

    module = collections / INSTALLED / "plugins" / "modules" / "login.py"
    module.write_text(module.read_text("utf-8") + "# one line more\n", "utf-8")
    tampered = release.galaxy("verify", *trust, collections=collections)
    assert tampered.returncode != 0
    assert "plugins/modules/login.py" in tampered.stdout


def test_a_checkout_installs_by_its_folder(release: Release) -> None:
    """The line of the README, for those who have a checkout."""
    collections = release.folder / "checkout"
    installed = release.galaxy("install", ROOT, "-p", collections, collections=collections)
    assert installed.returncode == 0, installed.stdout
    assert (collections / INSTALLED / "MANIFEST.json").is_file()
    assert not (collections / INSTALLED / "tests").exists()
