"""A policy text is checked whole before anybody relies on it: on its own, and beside the documents it must stand with."""

from collections.abc import Iterable, Mapping

from workflows.policy.amend import broken
from workflows.policy.document import Document, PolicyError, load


def check(text: str | bytes, name: str, others: Iterable[Document]) -> list[str]:
    """Every sentence about what is wrong with the TOML `text` called `name`, alone and beside `others`; empty if nothing is.

    A version among `others` with the same key and the same day is the one this text would stand in for.
    """
    try:
        document = load(text, name)
    except PolicyError as error:
        return list(error.sentences)
    beside = [other for other in others if (other.key, other.effective_from) != (document.key, document.effective_from)]
    before = set(broken(beside))
    return [f"{name}: {sentence}" for sentence in broken([*beside, document]) if sentence not in before]


def load_set(texts: Mapping[str, str | bytes]) -> tuple[Document, ...]:
    """The documents of `texts` (name → TOML), checked together. Raises PolicyError with every sentence."""
    documents = tuple(load(text, name) for name, text in texts.items())
    sentences = broken(documents)
    if sentences:
        raise PolicyError(" ".join(sentences))
    return documents
