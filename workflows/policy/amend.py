"""A company’s amendment may add to the Code; what it changes in it must be open to change and nowhere looser."""

from collections.abc import Iterable

from workflows.policy.amounts import Count, Total
from workflows.policy.document import Document
from workflows.policy.predicates import Flag, Words
from workflows.policy.rules import Amend, Condition, Rule
from workflows.policy.tables import Amount, Comparison, Table, unknown
from workflows.words import Outcome

STRICTER_IF_LESS = ("over", "at_least")


def broken(documents: Iterable[Document]) -> tuple[str, ...]:
    """Every sentence about what the documents of a set cannot say together; empty if they may stand side by side."""
    documents = tuple(documents)
    return tuple(dict.fromkeys((*_twice(documents), *_replaced(documents), *_widened(documents))))


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
            else:
                for document, original in of_the_group:
                    if original.id == rule.replaces:
                        yield from _may_replace(place, document, original, rule)


def _widened(documents: tuple[Document, ...]) -> Iterable[str]:
    """A class may be widened, since more then falls under a rule; not one by which a rule of the group makes an exception."""
    for code in documents:
        excepting = {name: rule for rule in code.rules for name in _excepted(rule)} if code.company is None else {}
        for amendment in documents:
            for name in sorted(set(amendment.classes) & set(excepting)) if amendment.company else ():
                more = amendment.classes[name] - code.classes.get(name, frozenset({name}))
                if more:
                    clause = f"{code.key} of {code.version}, clause {excepting[name].clause}"
                    place = f"{amendment.key}, classes, {name}"
                    yield f"{place}: “{min(more)}” may not be added, for {clause}, makes an exception of this class."


def _excepted(rule: Rule) -> Iterable[str]:
    """The classes of which more would make `rule` catch less."""
    for condition, wanted in rule.conditions:
        match condition.settings:
            case Words(values=names) if not wanted:
                yield from names
            case Flag(value=value) if value is not wanted:
                yield condition.name


def _may_replace(place: str, code: Document, original: Rule, rule: Rule) -> Iterable[str]:
    said = f"{place}: {code.key} of {code.version}, clause {original.clause},"
    if original.amend is Amend.FIXED:
        yield f"{said} is fixed; no company may change it."
    elif original.amend is Amend.MAY_TIGHTEN:
        for reason in looser(original, rule):
            yield f"{said} may only be tightened, but {reason}."


def looser(original: Rule, rule: Rule) -> Iterable[str]:
    """Why `rule` cannot be seen to be at least as strict as `original` everywhere; empty if it is.

    The comparison is by parts: it must cover what the original covers, under no further condition, at no higher limit, with no
    lesser outcome. What is strict in another way is added as a rule of its own instead, since the strictest wins.
    """
    if not set(original.kinds) <= set(rule.kinds):
        yield "it leaves out a kind"
    if rule.directions and not (original.directions and set(original.directions) <= set(rule.directions)):
        yield "it leaves out a direction"
    if rule.outcome.outcome < original.outcome.outcome or not _reviews_kept(original, rule):
        yield f"its outcome {_named(rule)} asks for less than {_named(original)}"
    for condition in rule.when:
        if not any(_covers(condition, other) for other in original.when):
            yield f"its condition {condition.name} lets through what the original caught"
    for condition in rule.unless:
        if not any(condition == other for other in original.unless):
            yield f"it adds the exception {condition.name}"


def _reviews_kept(original: Rule, rule: Rule) -> bool:
    return rule.outcome.outcome is Outcome.PROHIBITED or set(original.outcome.reviews) <= set(rule.outcome.reviews)


def _named(rule: Rule) -> str:
    return " + ".join(review.slug for review in rule.outcome.reviews) or rule.outcome.outcome.slug


def _covers(condition: Condition, original: Condition) -> bool:
    """Whether `condition` holds wherever `original` does."""
    if condition.name != original.name:
        return False
    new, old = condition.settings, original.settings
    if isinstance(new, Words) and isinstance(old, Words):
        return old.values <= new.values
    if isinstance(new, Flag) or not isinstance(new, Comparison) or not isinstance(old, Comparison):
        return new == old
    return _same_beside_the_limit(new, old) and _no_higher(new, old)


def _same_beside_the_limit(new: Table, old: Table) -> bool:
    beside = {"over", "at_least", "up_to", "under"}
    if isinstance(new, Total | Count) and isinstance(old, Total | Count) and old.kinds <= new.kinds:
        beside.add("kinds")
    return new.model_dump(exclude=beside) == old.model_dump(exclude=beside)


def _no_higher(new: Comparison, old: Comparison) -> bool:
    if new.operator not in STRICTER_IF_LESS or old.operator not in STRICTER_IF_LESS:
        return new == old
    strict = new.operator == "over" and old.operator == "at_least"  # over X does not catch X itself
    if isinstance(new, Amount) and isinstance(old, Amount):
        ours, theirs = new.limits, old.limits
        shared = set(ours.by_currency) & set(theirs.by_currency)
        if ours.base not in shared:
            return False
        pairs = [(ours.by_currency[currency].minor, theirs.by_currency[currency].minor) for currency in shared]
    else:
        pairs = [(getattr(new, new.operator), getattr(old, old.operator))]
    return all(mine < their if strict else mine <= their for mine, their in pairs)
