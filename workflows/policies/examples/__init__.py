"""Published policies as documents, and an invented one: what the language can say, for reading, copying and testing."""

from importlib import resources


def example_texts() -> dict[str, str]:
    """File name → the TOML text, unchanged, in the order of the names."""
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    return {file.name: file.read_text(encoding="utf-8") for file in files if file.name.endswith(".toml")}
