"""A sentence is English as it stands, and keeps its places open so that whoever knows other words can say it in them."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from workflows.money import Money, exponent
from workflows.words import N_

Say = Callable[[str], str]
Amount = Callable[[Money], str]


def plain_amount(money: Money) -> str:
    """Money as "DKK 501" or "DKK 560.01"."""
    whole = money.minor % 10 ** exponent(money.currency) == 0
    return f"{money.currency} {money.amount:.0f}" if whole else f"{money.currency} {money.amount}"


class Sentence(str):
    """English text. `words` is what translators know, `values` stands in its places: sentences, money, and words of a document."""

    words: str
    values: Mapping[str, object]

    def __new__(cls, words: str, /, **values: object) -> "Sentence":
        """`words` (marked with N_) with `values` in its places named so."""
        made = super().__new__(cls, words % _filled(values, str, plain_amount))
        made.words, made.values = words, values
        return made

    def told(self, say: Say, amount: Amount = plain_amount) -> str:
        """It in other words: `say` translates what is marked and leaves the places open, `amount` writes money."""
        return say(self.words) % _filled(self.values, say, amount)


class Fault(Sentence):
    """What is wrong (`said`), with the document, the rule (id or number) and the dotted key it is about, if any."""

    document: str
    rule: str | None
    key: str | None
    said: Sentence

    def __new__(cls, said: Sentence, *, document: str = "", rule: str | None = None, key: str | None = None) -> "Fault":
        """The sentence that names the place first."""
        place: str = Sentence(N_("%(document)s, rule %(rule)s"), document=document, rule=rule) if rule else document
        place = Sentence("%(place)s, %(key)s", place=place, key=key) if key else place
        made = super().__new__(cls, N_("%(place)s: %(said)s"), place=place, said=said)
        assert isinstance(made, Fault)
        made.document, made.rule, made.key, made.said = document, rule, key, said
        return made


def joined(sentences: Iterable[Sentence], between: str = "%(one)s %(other)s") -> Sentence:
    """Several as one, `between` each two."""
    return reduce(lambda one, other: Sentence(between, one=one, other=other), sentences)


def _filled(values: Mapping[str, object], say: Say, amount: Amount) -> dict[str, object]:
    return {name: _place(value, say, amount) for name, value in values.items()}


def _place(value: object, say: Say, amount: Amount) -> object:
    match value:
        case Sentence():
            return value.told(say, amount)
        case Money():
            return amount(value)
        case _:
            return value
