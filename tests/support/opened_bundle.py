"""A bundle in the hands of somebody who changes its parts, and who may seal it anew."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import rfc8785

from declarations.evidence.keys import Signer
from declarations.registers.bundle import FORMAT, MANIFEST, MANIFEST_SIGNATURE, signed

LOOSE = (MANIFEST, MANIFEST_SIGNATURE, "receipt.json", "receipt.sig")


class Opened:
    """A bundle's parts in the hands of somebody who changes them."""

    def __init__(self, content: bytes, chance: Random) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.chance = chance
        self.again: list[str] = []  # parts to stand in the zip once more

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.parts[name].splitlines()]

    def put(self, name: str, lines: list[dict[str, Any]]) -> None:
        self.parts[name] = b"".join(rfc8785.dumps(line) + b"\n" for line in lines)

    def sealed(self, signer: Signer) -> None:
        """The manifest made and signed anew over what the parts are now."""
        manifest = json.loads(self.parts[MANIFEST])
        manifest["parts"] = [
            {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in sorted(self.parts.items())
            if name not in LOOSE
        ]
        manifest |= {"key": signer.id, "lines": self.parts["register.jsonl"].count(b"\n")}
        self.parts[MANIFEST] = rfc8785.dumps(manifest)
        self.parts[MANIFEST_SIGNATURE] = signed(signer, FORMAT, self.parts[MANIFEST])
        self.parts.pop("receipt.json", None)
        self.parts.pop("receipt.sig", None)

    def write(self, path: Path) -> Path:
        with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
            warnings.simplefilter("ignore")  # of a name that is there twice
            for name, content in self.parts.items():
                archive.writestr(name, content)
            for name in self.again:
                archive.writestr(name, self.parts[name])
        return path

    def letter(self, value: str) -> str:
        """Another digit or letter somewhere in a text."""
        place = self.chance.randrange(len(value))
        new = self.chance.choice([one for one in "0123456789abcdef" if one != value[place]])
        return value[:place] + new + value[place + 1 :]

    def byte(self, content: bytes) -> bytes:
        """Another byte somewhere."""
        place = self.chance.randrange(len(content))
        return content[:place] + bytes([content[place] ^ self.chance.randrange(1, 256)]) + content[place + 1 :]

    def base64(self, value: str) -> str:
        """What is written in base64, with another byte somewhere."""
        return base64.b64encode(self.byte(base64.b64decode(value))).decode()


Kind = Callable[[Opened], str | None]
