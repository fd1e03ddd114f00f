"""A policy text is checked whole before anybody relies on it: on its own, and beside the documents it must stand with."""

from collections.abc import Iterable, Mapping

from workflows.policy.amend import broken, said, unfit
from workflows.policy.document import Document, PolicyError, load
from workflows.policy.mute import mute
from workflows.policy.proof.prove import Place, prove
from workflows.policy.sentences import Fault, Sentence, joined


def check(text: str | bytes, name: str, others: Iterable[Document], places: Iterable[Place] = ()) -> list[Sentence]:
    """Every sentence about what is wrong with the TOML `text` called `name`, alone and beside `others`; empty if nothing is.

    A version among `others` with the same key and the same day is the one this text would stand in for. `places` are the
    companies it is asked in; without them each company with a document stands alone under the group, see `prove`.
    """
    try:
        document = load(text, name)
    except PolicyError as error:
        return list(error.sentences)
    beside = others_of(document, others)
    before = set(unfit(beside))
    wrong: list[Sentence] = [sentence for sentence in unfit([*beside, document]) if sentence not in before]
    wrong = wrong or list(in_vain(document, beside))
    wrong = wrong or [said(refusal) for refusal in prove([*beside, document], places, document).refusals]
    return [Sentence("%(name)s: %(said)s", name=name, said=sentence) for sentence in wrong]


def others_of(document: Document, others: Iterable[Document]) -> list[Document]:
    """Those of `others` beside which `document` would stand: all but the version of the same key and day."""
    return [other for other in others if (other.key, other.effective_from) != (document.key, document.effective_from)]


def in_vain(document: Document, beside: Iterable[Document]) -> list[Fault]:
    """Every rule of `document` that could never hold, `beside` the others, see `mute`."""
    return mute(document, host_absent_is_gift=any(other.host_absent_is_gift for other in beside))


def load_set(texts: Mapping[str, str | bytes]) -> tuple[Document, ...]:
    """The documents of `texts` (name → TOML), checked together. Raises PolicyError with every sentence."""
    documents = tuple(load(text, name) for name, text in texts.items())
    sentences = broken(documents)
    if sentences:
        raise PolicyError(joined(sentences))
    return documents
