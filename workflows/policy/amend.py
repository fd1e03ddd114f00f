"""A company’s amendment may add to the Code; what it changes in it must be open to change, and is proved to be nowhere looser."""

from collections.abc import Iterable

from workflows.policy.document import Document
from workflows.policy.proof.prove import Place, Refusal, prove
from workflows.policy.proof.words import told
from workflows.policy.rules import Amend, Rule
from workflows.policy.sentences import Fault, Sentence
from workflows.policy.tables import unknown
from workflows.words import N_


def broken(documents: Iterable[Document], places: Iterable[Place] = (), about: Document | None = None) -> tuple[Sentence, ...]:
    """Every sentence about what the documents of a set cannot say together; empty if they may stand side by side.

    `places` are the companies in which they are asked, and `about` the document the sentences are wanted for, see `prove`.
    """
    documents = tuple(documents)
    return unfit(documents) or tuple(said(refusal) for refusal in prove(documents, places, about).refusals)


def unfit(documents: Iterable[Document]) -> tuple[Sentence, ...]:
    """Every sentence about what the documents may not say beside each other, whatever it leads to."""
    documents = tuple(documents)
    return tuple(dict.fromkeys((*_twice(documents), *_replaced(documents), *_relieved(documents))))


def said(refusal: Refusal) -> Fault:
    """A refusal as a sentence that names the document and rule and what it falls behind."""
    behind = _version(refusal.code, refusal.version)
    if refusal.clause:
        behind = _clause(behind, refusal.clause)
    if refusal.witness is None:
        sentence = Sentence(N_("%(behind)s cannot be seen to stay as strict: %(why)s."), behind=behind, why=refusal.why)
    else:
        sentence = Sentence(N_("%(behind)s would become looser: %(shown)s."), behind=behind, shown=told(refusal.witness))
    return Fault(sentence, document=refusal.document, rule=refusal.rule or None)


def _version(key: str, version: str) -> Sentence:
    return Sentence(N_("%(document)s of %(day)s"), document=key, day=version)


def _clause(behind: Sentence, clause: str) -> Sentence:
    return Sentence(N_("%(document)s, clause %(clause)s,"), document=behind, clause=clause)


def _twice(documents: tuple[Document, ...]) -> Iterable[Sentence]:
    seen: dict[tuple[str, object], Document] = {}
    for document in documents:
        version = (document.key, document.effective_from)
        if version in seen:
            sentence = Sentence(N_("two versions take effect on %(day)s."), day=document.version)
            yield Fault(sentence, document=document.key)
        other = next((held for key, held in seen.items() if key[0] == document.key), None)
        if other is not None and held_by(other) != held_by(document):
            sentence = Sentence(N_("one key belongs to %(one)s and to %(other)s."), one=held_by(other), other=held_by(document))
            yield Fault(sentence, document=document.key)
        seen[version] = document


def held_by(document: Document) -> Sentence:
    """Whose document it is, in words."""
    if document.company is None:
        return Sentence(N_("the group"))
    return Sentence(N_("company %(key)s"), key=document.company)


def _replaced(documents: tuple[Document, ...]) -> Iterable[Fault]:
    of_the_group = [(document, rule) for document in documents if document.company is None for rule in document.rules]
    for amendment in documents:
        for rule in amendment.rules:
            if rule.replaces is None:
                continue
            for sentence in _unreplaceable(amendment, rule.replaces, of_the_group):
                yield Fault(sentence, document=amendment.key, rule=rule.id, key="replaces")


def _unreplaceable(amendment: Document, name: str, of_the_group: list[tuple[Document, Rule]]) -> Iterable[Sentence]:
    """What stands against a rule of the amendment in place of the group's rule `name`."""
    known = {rule.id for _, rule in of_the_group}
    if amendment.company is None:
        yield Sentence(N_("only a company’s document may replace a rule of the group."))
        return
    if name not in known:
        yield unknown(N_("rule of the group"), name, known)
    for document, original in of_the_group:
        if original.id == name and original.amend is Amend.FIXED:
            clause = _clause(_version(document.key, document.version), original.clause)
            yield Sentence(N_("%(clause)s is fixed; no company may change it."), clause=clause)


def _relieved(documents: tuple[Document, ...]) -> Iterable[Fault]:
    """What lets somebody keep a thing all the same is for the Code to say: paying for it, or giving back a part."""
    of_the_group = [rule for document in documents if document.company is None for rule in document.rules]
    for amendment in documents:
        for rule in amendment.rules if amendment.company else ():
            for word in sorted(_reliefs(rule)):
                same = [original for original in of_the_group if word in _reliefs(original)]
                if word == "pay":
                    same = [original for original in same if original.id == rule.replaces]
                if not same:
                    sentence = Sentence(N_("the Code does not allow it here."))
                    yield Fault(sentence, document=amendment.key, rule=rule.id, key=f"attributes.{word}")


def _reliefs(rule: Rule) -> set[str]:
    return {word for word in ("pay", "part_may_be_kept") if getattr(rule.attributes, word)}
