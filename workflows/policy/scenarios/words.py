"""The words of a case become facts: this is the only place that knows what a file of cases calls things."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Any, TypeVar

from workflows.case import Company
from workflows.facts import Facts, worth
from workflows.kinds.numbers import NotANumber, parse_amount
from workflows.money import Money, exponent
from workflows.spelling import letters, normalise_number
from workflows.words import CounterpartyClass, Direction, Disposition, Kind, State, ValueBasis

T = TypeVar("T")


class Unreadable(ValueError):
    """A case that says something nobody knows."""


_MEAL = {"kind": Kind.ENTERTAINMENT, "form": "meal"}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "gift": {"kind": Kind.GIFT, "form": "thing"},
    "wine": {"kind": Kind.GIFT, "form": "wine"},
    "promotional": {"kind": Kind.GIFT, "form": "promotional"},
    "professional_item": {"kind": Kind.GIFT, "form": "professional"},
    **{form: {"kind": Kind.GIFT, "form": form} for form in "cash voucher gift_card store_gift_card bank_gift_card".split()},
    "ticket": {"kind": Kind.ENTERTAINMENT, "form": "ticket"},
    "meal": _MEAL,
    "meal_paid": _MEAL,
    "meal_own_cost": _MEAL,
    **{meal: {**_MEAL, "meal": meal} for meal in ("lunch", "dinner", "full_day")},
    "business_meal": {**_MEAL, "meal": "business"},
    "travel_modest": {"kind": Kind.TRAVEL, "travel_class": "economy"},
    "travel_beyond_modest": {"kind": Kind.TRAVEL, "travel_class": "business"},
    "shareholding": {"kind": Kind.INTEREST, "form": "ownership", "direction": None},
    "charitable_donation": {"kind": Kind.DONATION, "counterparty_class": CounterpartyClass.CHARITY.value},
    "political_donation": {"kind": Kind.DONATION, "counterparty_class": CounterpartyClass.POLITICAL.value, "political": True},
}
STATES: Mapping[str, tuple[State, Disposition]] = {
    "accepted": (State.RECORDED, Disposition.KEPT),
    "pending": (State.WITH_MANAGER, Disposition.KEPT),
    "refused": (State.REFUSED, Disposition.KEPT),
    "withdrawn": (State.WITHDRAWN, Disposition.KEPT),
    "declined": (State.RECORDED, Disposition.DECLINED),
    "returned": (State.RECORDED, Disposition.RETURNED),
}
OUTCOMES = {"purchased": Disposition.DIFFERENCE_PAID, "held_by_department": Disposition.SURRENDERED}
TAGS = {"personal": "personal_relation"}
FIELDS = frozenset(
    "date entered submitted registered decided today source recipient giver source_type company_no permissible direction kind value "
    "items one_occasion other_occasion separable quantity cost face tax delivery currency per_eur value_typed locale recipients joint "
    "contributors public_officials received_by employee_pays exempt solicited state outcome interested_party buffet_many "
    "tender_running blackout rank department declarant_role country percent".split()
)


@dataclass
class Reader:
    """Reads the entries of one case; who has one name or one registered number is one, and what is filed gets a number."""

    company: Company
    direction: Direction  # what is meant where nothing is said
    today: date
    _groups: dict[str, tuple[int, str | None]] = field(default_factory=dict)  # by name: the group and its registered number
    _numbers: dict[str, int] = field(default_factory=dict)
    _people: dict[str, int] = field(default_factory=dict)

    def facts(self, entry: Mapping[str, Any]) -> Facts:
        """What one entry states. Raises Unreadable for a word nobody knows."""
        if unknown := set(entry) - FIELDS:
            raise Unreadable(f"no field of an entry is called {', '.join(sorted(unknown))}")
        if "date" not in entry:
            raise Unreadable("an entry states no date")
        called = entry.get("kind", "gift")
        if called not in KINDS:
            raise Unreadable(f"no kind is called {called}")
        on = day(entry["date"])
        firm, _, _person = str(entry.get("source") or "").partition("/")
        fields: dict[str, Any] = {
            "declarant_id": self._people.setdefault(letters(str(entry.get("giver") or "")), len(self._people) + 1),
            "filed_on": self._filed_on(entry, on),
            "occurred_on": on,
            "direction": Direction(entry["direction"]) if "direction" in entry else self.direction,
            "counterparty_group_id": self._group(firm, entry.get("company_no"), entry.get("country")) if firm else None,
            "counterparty_group": letters(firm) or None,
            "disposition": self._disposition(entry),
            **_plain(entry, on),
            **_receivers(entry),
            **KINDS[called],
            **self._amounts(entry),
        }
        if "source_type" in entry:
            fields["counterparty_class"] = str(entry["source_type"])
        if fields["kind"] is not Kind.TRAVEL or "country" in entry:
            fields["country"] = str(entry.get("country") or self.company.country)
        return Facts(**fields)

    def _filed_on(self, entry: Mapping[str, Any], on: date) -> date:
        for word in ("submitted", "registered", "entered"):
            if word in entry:
                return day(entry[word], self.company)
        return min(on, self.today)

    def _disposition(self, entry: Mapping[str, Any]) -> Disposition:
        if "outcome" in entry:
            return _known(entry["outcome"], OUTCOMES, "outcome")
        return state(entry)[1]

    def _group(self, firm: str, number: object, country: object) -> int:
        """One registered number is one group, else one name is, unless it is known to have another number."""
        name, registered = letters(firm), normalise_number(str(number or ""), str(country or self.company.country))
        known, its_number = self._groups.get(name, (None, None))
        if registered and registered in self._numbers:
            group = self._numbers[registered]
        elif known is not None and (not registered or its_number in (None, registered)):
            group = known
        else:
            group = len(self._groups) + len(self._numbers) + 1
        self._groups.setdefault(name, (group, registered))
        if registered:
            self._numbers.setdefault(registered, group)
            self._groups[name] = (group, registered) if self._groups[name][0] == group else self._groups[name]
        return group

    def _amounts(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Value, share and what else is money. What is no amount is no value: then the policy must send it back."""
        currency = str(entry.get("currency") or self.company.currency)

        def money(word: str, times: int = 1) -> Money | None:
            return amount(entry[word], currency, times) if word in entry else None

        pieces = int(entry.get("quantity", 1))
        try:
            parts = tuple(amount(one, currency) for one in entry.get("items", ()))
            if "value_typed" in entry:
                stated: Money | None = parse_amount(str(entry["value_typed"]), str(entry.get("locale", "en")), currency)
            else:
                stated = Money(sum(part.minor for part in parts), currency) if parts else money("value")
            fields = {
                "value": worth(stated, money("cost", pieces), money("face", pieces)),
                "own_share": money("employee_pays"),
                "tax": money("tax", pieces),
                "delivery": money("delivery", pieces),
                "parts": parts if len(parts) > 1 else (),
            }
        except (NotANumber, InvalidOperation):
            return {"value": None, "value_basis": ValueBasis.KNOWN}
        if entry.get("kind") == "meal_own_cost":
            fields["own_share"] = fields["value"]
        return {**fields, "value_basis": ValueBasis.KNOWN if fields["value"] else ValueBasis.NOT_ASKED}


def _plain(entry: Mapping[str, Any], on: date) -> dict[str, Any]:
    """What one word of the entry says by itself."""
    exempt = entry.get("exempt") or ()
    tags = [exempt] if isinstance(exempt, str) else list(exempt)
    tags += ["open_buffet"] if entry.get("buffet_many") else []
    quiet = [(on, on)] if entry.get("tender_running") else []
    quiet += [(day(entry["blackout"][0]), day(entry["blackout"][1]))] if "blackout" in entry else []
    return {
        "exempt": frozenset(TAGS.get(tag, tag) for tag in tags),
        "quiet_periods": tuple(quiet),
        "solicited": bool(entry.get("solicited")),
        "family": entry.get("received_by") not in (None, "employee", "declarant", "self"),
        "officials": int(entry.get("public_officials", 0)),
        "givers": count(entry.get("contributors", 1)),
        "joint": bool(entry.get("joint")),
        "separable": bool(entry.get("separable")),
        "occasion": "other" if entry.get("other_occasion") else None,
        "interested_party": bool(entry.get("interested_party")),
        "permissible_giver": entry.get("permissible"),
        "rank": entry.get("rank"),
        "role": entry.get("declarant_role"),
        "unit": entry.get("department"),
        "percent_hundredths": ceil(Decimal(str(entry["percent"])) * 100) if "percent" in entry else None,
    }


def _receivers(entry: Mapping[str, Any]) -> dict[str, Any]:
    """How many received it, and who of them is known."""
    receivers = entry.get("recipients", 1)
    named = [*(receivers if isinstance(receivers, list) else ()), *([entry["recipient"]] if "recipient" in entry else ())]
    return {"heads": count(receivers), "outside": frozenset(letters(str(name)) for name in named)}


def count(stated: object) -> int:
    """How many: a number, or as many as are listed."""
    return len(stated) if isinstance(stated, list) else int(str(stated))


def state(entry: Mapping[str, Any]) -> tuple[State, Disposition]:
    """Where an entry stands, and what became of the thing."""
    return _known(entry.get("state", "accepted"), STATES, "state")


def _known(word: Any, words: Mapping[str, T], what: str) -> T:
    if word not in words:
        raise Unreadable(f"no {what} is called {word}")
    return words[word]


def amount(text: object, currency: str, times: int = 1) -> Money:
    """`times` an amount as a file states it. Raises InvalidOperation for what is finer than the currency, or no number."""
    number = Decimal(str(text)) * times
    minor = number.scaleb(exponent(currency))
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise InvalidOperation
    return Money.of(number, currency)


def day(stated: object, company: Company | None = None) -> date:
    """A day as a file states it; a moment is the local day of `company` it falls on. Raises Unreadable."""
    if isinstance(stated, str):
        read: Callable[[str], date] = datetime.fromisoformat if "T" in stated or " " in stated else date.fromisoformat
        try:
            stated = read(stated)
        except ValueError:
            raise Unreadable(f"“{stated}” is not a day") from None
    if isinstance(stated, datetime):
        return (stated.astimezone(company.zone) if stated.tzinfo and company else stated).date()
    if isinstance(stated, date):
        return stated
    raise Unreadable(f"“{stated}” is not a day")
