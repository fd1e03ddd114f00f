"""A company’s amendment may add to the Code; what it changes in it must be open to change, and is proved to be nowhere looser."""

from collections.abc import Iterable

from workflows.policy.document import Document
from workflows.policy.prove import Place, Refusal, prove
from workflows.policy.prove_words import told
from workflows.policy.rules import Amend, Rule
from workflows.policy.tables import unknown


def broken(documents: Iterable[Document], places: Iterable[Place] = (), about: Document | None = None) -> tuple[str, ...]:
    """Every sentence about what the documents of a set cannot say together; empty if they may stand side by side.

    `places` are the companies in which they are asked, and `about` the document the sentences are wanted for, see `prove`.
    """
    documents = tuple(documents)
    return unfit(documents) or tuple(said(refusal) for refusal in prove(documents, places, about).refusals)


def unfit(documents: Iterable[Document]) -> tuple[str, ...]:
    """Every sentence about what the documents may not say beside each other, whatever it leads to."""
    documents = tuple(documents)
    return tuple(dict.fromkeys((*_twice(documents), *_replaced(documents), *_relieved(documents))))


def said(refusal: Refusal) -> str:
    """A refusal as a sentence that names the document and rule and what it falls behind."""
    place = f"{refusal.document}, rule {refusal.rule}" if refusal.rule else refusal.document
    behind = f"{refusal.code} of {refusal.version}" + (f", clause {refusal.clause}," if refusal.clause else "")
    if refusal.witness is None:
        return f"{place}: {behind} cannot be seen to stay as strict: {refusal.why}."
    return f"{place}: {behind} would become looser: {told(refusal.witness)}."


def _twice(documents: tuple[Document, ...]) -> Iterable[str]:
    seen: dict[tuple[str, object], Document] = {}
    for document in documents:
        version = (document.key, document.effective_from)
        if version in seen:
            yield f"{document.key}: two versions take effect on {document.version}."
        other = next((held for key, held in seen.items() if key[0] == document.key), None)
        if other is not None and held_by(other) != held_by(document):
            yield f"{document.key}: one key belongs to {held_by(other)} and to {held_by(document)}."
        seen[version] = document


def held_by(document: Document) -> str:
    """Whose document it is, in words."""
    return "the group" if document.company is None else f"company {document.company}"


def _replaced(documents: tuple[Document, ...]) -> Iterable[str]:
    of_the_group = [(document, rule) for document in documents if document.company is None for rule in document.rules]
    known = {rule.id for _, rule in of_the_group}
    for amendment in documents:
        for rule in amendment.rules:
            if rule.replaces is None:
                continue
            place = f"{amendment.key}, rule {rule.id}, replaces"
            if amendment.company is None:
                yield f"{place}: only a company’s document may replace a rule of the group."
            elif rule.replaces not in known:
                yield f"{place}: {unknown('rule of the group', rule.replaces, known)}"
            for document, original in of_the_group if amendment.company else ():
                if original.id == rule.replaces and original.amend is Amend.FIXED:
                    clause = f"{document.key} of {document.version}, clause {original.clause},"
                    yield f"{place}: {clause} is fixed; no company may change it."


def _relieved(documents: tuple[Document, ...]) -> Iterable[str]:
    """What lets somebody keep a thing all the same is for the Code to say: paying for it, or giving back a part."""
    of_the_group = [rule for document in documents if document.company is None for rule in document.rules]
    for amendment in documents:
        for rule in amendment.rules if amendment.company else ():
            for word in sorted(_reliefs(rule)):
                same = [original for original in of_the_group if word in _reliefs(original)]
                if word == "pay":
                    same = [original for original in same if original.id == rule.replaces]
                if not same:
                    yield f"{amendment.key}, rule {rule.id}, attributes, {word}: the Code does not allow it here."


def _reliefs(rule: Rule) -> set[str]:
    return {word for word in ("pay", "part_may_be_kept") if getattr(rule.attributes, word)}
