"""Kinds of tampering with a bundle: by whoever has the file alone, and by the house itself, which seals it anew with its own key.

Each makes one random change and says what it did; None where it changed nothing.
"""

from __future__ import annotations

import json
from random import Random

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from declarations.evidence.keys import Signer, key_id
from tests.support.bundles_resealed import BY_THE_HOUSE, row
from tests.support.opened_bundle import Kind, Opened


def any_byte(it: Opened) -> str | None:
    """A byte of any part."""
    name = it.chance.choice([name for name, content in it.parts.items() if content])
    it.parts[name] = it.byte(it.parts[name])
    return name


def part_gone(it: Opened) -> str | None:
    name = it.chance.choice(sorted(it.parts))
    del it.parts[name]
    return None if name in ("receipt.json", "receipt.sig") and not {"receipt.json", "receipt.sig"} & set(it.parts) else name


def part_added(it: Opened) -> str | None:
    name = it.chance.choice(("notes.txt", "policies/0.json", "register.csv"))
    it.parts[name] = b"{}"
    return name


def part_twice(it: Opened) -> str | None:
    it.again.append(it.chance.choice(sorted(it.parts)))
    return it.again[0]


def resigned(it: Opened) -> str | None:
    """A row changed and all sealed with a key of one's own, half of the time put among the keys."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    row(it)
    if it.chance.random() < 0.5:
        keys = json.loads(it.parts["keys.json"])
        new = {
            "ended": None,
            "id": key_id(public),
            "public": public.hex(),
            "purpose": "checkpoint",
            "valid_from": None,
            "valid_to": None,
        }
        it.parts["keys.json"] = rfc8785.dumps([*keys, new])
    it.sealed(Signer(key_id(public), public, private.sign))
    return "sealed with another key"


BY_ANYBODY: dict[str, Kind] = {
    "any byte": any_byte,
    "a part gone": part_gone,
    "a part added": part_added,
    "a part twice": part_twice,
    "sealed with another key": resigned,
}


def tampered(content: bytes, name: str, seed: object, signer: Signer) -> tuple[Opened, str] | None:
    """A bundle with one random change of a kind, and what it was; None where nothing was changed."""
    it = Opened(content, Random(f"{name} {seed}"))
    what = (BY_ANYBODY | BY_THE_HOUSE)[name](it)
    if what is None:
        return None
    if name in BY_THE_HOUSE:
        it.sealed(signer)
    return it, what
