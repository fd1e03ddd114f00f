"""Whether a draft could be a version: what stands against it, each sentence with the rule and the key it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from declarations.display import _
from workflows.policy.amend import unfit
from workflows.policy.check import in_vain, others_of
from workflows.policy.document import Document, PolicyError, load
from workflows.policy.proof.prove import Place, Proof, Refusal, prove
from workflows.policy.proof.words import told
from workflows.policy.sentences import Fault, Sentence


@dataclass(frozen=True)
class Problem:
    """One thing against a draft: a sentence, the id (or number) of the rule and the dotted key it is about, if any."""

    sentence: str
    rule: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Checked:
    """A draft after the check: its document if it reads, everything that stands against it, and the proof if one was made."""

    document: Document | None
    problems: tuple[Problem, ...]
    proof: Proof | None = None

    def about(self, rule: str | None, number: int) -> tuple[Problem, ...]:
        """The problems of the rule with that id, or if it has none of its own, that number (from 1)."""
        return tuple(one for one in self.problems if one.rule is not None and one.rule in (rule, str(number)))


def checked(text: str, name: str, others: Sequence[Document], places: Sequence[Place] = ()) -> Checked:
    """Read the TOML `text`, which errors call `name`, hold it beside `others`, and prove it in the companies it is asked in."""
    try:
        document = load(text, name)
    except PolicyError as error:
        return Checked(None, tuple(_problem(sentence) for sentence in error.sentences))
    beside = others_of(document, others)
    before = set(unfit(beside))
    wrong: list[Sentence] = [sentence for sentence in unfit([*beside, document]) if sentence not in before]
    wrong = wrong or list(in_vain(document, beside))
    if wrong:
        return Checked(document, tuple(_problem(sentence) for sentence in wrong))
    proof = prove([*beside, document], places, document)
    return Checked(document, tuple(_looser(refusal, document) for refusal in proof.refusals), proof)


def _problem(sentence: Sentence) -> Problem:
    """A sentence in the reader's language, its place apart."""
    if not isinstance(sentence, Fault):
        return Problem(_(sentence))
    said = _(sentence.said)
    return Problem(said[:1].upper() + said[1:], sentence.rule, sentence.key)


def _looser(refusal: Refusal, document: Document) -> Problem:
    """A refusal of the proof with its counter-example, in the reader's language."""
    where = (
        _("Clause %(clause)s of the Code asks for more", clause=refusal.clause) if refusal.clause else _("The Code asks for more")
    )
    if refusal.document != document.key:
        where = _("%(document)s would be looser than clause %(clause)s", document=refusal.document, clause=refusal.clause)
    unseen = refusal.why and _("it cannot be seen to stay as strict (%(why)s)", why=_(refusal.why))
    why = _(told(refusal.witness)) if refusal.witness else unseen
    return Problem(f"{where}: {why}.", refusal.rule if refusal.document == document.key and refusal.rule else None)


def too_early(document: Document, versions: Iterable[date], today: date) -> str | None:
    """Why the document cannot take effect on its day: a slug, "past" or "not_later", or None.

    `versions` are the days of those published before it, `today` the day it is there.
    """
    if document.effective_from < today:
        return "past"
    newest = max(versions, default=None)
    return "not_later" if newest is not None and document.effective_from <= newest else None
