# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a bill of materials (CycloneDX 1.5, JSON) of the built collection.

    sbom.py FILE.tar.gz SBOM.json

It lists each file in the collection with its digest, and the libraries that the collection needs at run time (requirements.txt).
The tools that only developers use are in requirements/*.txt, with digests. The same file gives the same text every time.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tarfile
import uuid
from pathlib import Path
from typing import Any

import yaml

LICENCES = {"plugins/module_utils/": "BSD-2-Clause"}


def bill_of_materials(archive: Path) -> dict[str, Any]:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    with tarfile.open(archive) as tar:
        contents = {member.name: file.read() for member in tar if (file := tar.extractfile(member))}
    galaxy = json.loads(contents["MANIFEST.json"])["collection_info"]
    name = f"{galaxy['namespace']}.{galaxy['name']}"
    collection = f"pkg:generic/{name}@{galaxy['version']}"
    libraries = [library(line) for line in contents["requirements.txt"].decode().splitlines() if line[:1].isalpha()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": collection,
                "group": galaxy["namespace"],
                "name": galaxy["name"],
                "version": galaxy["version"],
                "purl": collection,
                "licenses": [{"license": {"id": licence}} for licence in galaxy["license"]],
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        },
        "components": [
            ansible_core(contents["meta/runtime.yml"]),
            *libraries,
            *(file_component(name, contents[name]) for name in sorted(contents)),
        ],
        "dependencies": [
            {"ref": collection, "dependsOn": ["pkg:pypi/ansible-core", *(one["bom-ref"] for one in libraries)]}
        ],
    }


def ansible_core(runtime: bytes) -> dict[str, Any]:
    return library(f"ansible-core{yaml.safe_load(runtime)['requires_ansible']}")


def library(requirement: str) -> dict[str, Any]:
    """A requirement such as `requests>=2.28`. It has no version of its own: the user chooses one in this range."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    if not found:
        raise SystemExit(f"requirements.txt has a line that is not a requirement: {requirement}")
    name = found[0].rstrip("-._")
    purl = f"pkg:pypi/{name.lower()}"
    properties = [{"name": "ngfw.smc:range", "value": requirement[len(name) :].strip()}]
    return {"type": "library", "bom-ref": purl, "name": name, "purl": purl, "properties": properties}


def file_component(name: str, content: bytes) -> dict[str, Any]:
    licence = next((licence for start, licence in LICENCES.items() if name.startswith(start)), "GPL-3.0-or-later")
    digest = hashlib.sha256(content).hexdigest()
    return {
        "type": "file",
        "bom-ref": f"file:{name}",
        "name": name,
        "licenses": [{"license": {"id": licence}}],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(bill_of_materials(Path(sys.argv[1])), indent=1) + "\n", "utf-8")
    print(f"summary: {sys.argv[2]}")
