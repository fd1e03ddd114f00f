"""The default pack: the Code of the demo's group in two versions, and the amendments of two of its companies."""

from functools import cache
from importlib import resources

from workflows.policy.check import load_set
from workflows.policy.document import Document


@cache
def default_pack() -> tuple[Document, ...]:
    """Every document of the pack, read once; raises PolicyError if one of them cannot be."""
    return load_set(default_texts())


def default_texts() -> dict[str, str]:
    """File name → the TOML text, unchanged, in the order of the names."""
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    return {file.name: file.read_text(encoding="utf-8") for file in files if file.name.endswith(".toml")}
