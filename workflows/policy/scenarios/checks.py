"""What came out of a case, word by word, beside what was expected."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from workflows.money import Money, exponent, shares
from workflows.policy.amounts import OccasionTotal, Total
from workflows.policy.assessment import Assessment, Figure
from workflows.policy.scenarios.story import Story
from workflows.policy.scenarios.words import Unreadable, day
from workflows.words import Outcome

ROUTES = {
    Outcome.NO_DECLARATION: "ALLOW",
    Outcome.RECORD: "DECLARE",
    Outcome.MANAGER: "APPROVE_MANAGER",
    Outcome.COMPLIANCE: "APPROVE_COMPLIANCE",
    Outcome.EXECUTIVE: "APPROVE_COMPLIANCE",
    Outcome.PROHIBITED: "REFUSE",
    Outcome.INVALID: "INVALID",
}


def differences(
    case: Mapping[str, Any], expect: Mapping[str, Any], versions: tuple[Mapping[str, Any], ...], about: Mapping[str, Any]
) -> Iterator[str]:
    """Every expected word that did not come out, in words. `about` is what the file says of the policy. Raises Unreadable."""
    found = Found(Story(case, versions, about))
    acceptable = expect.get("acceptable", case.get("acceptable", ()))
    for word, wanted in expect.items():
        if word in ("must", "acceptable"):
            continue
        if word not in CHECKS:
            raise Unreadable(f"nothing expected is called {word}")
        if word == "route" and wanted == "AMBIGUOUS":
            if found.route not in acceptable:
                yield f"route: one of {', '.join(map(str, acceptable))} expected, {found.route} found"
            continue
        came = CHECKS[word](found, wanted)
        if came is not None and not isinstance(came, Shown):
            came = Shown(came, _plain(wanted, came))
        if came is None or came.value != came.wanted:
            yield f"{word}: {wanted} expected, {came.value if came else 'nothing'} found"


@dataclass(frozen=True)
class Shown:
    """What came out, and what was wanted in the same form."""

    value: Any
    wanted: Any


def _plain(wanted: Any, came: Any) -> Any:
    match came:
        case bool() | str():
            return wanted
        case int() | Decimal():
            return Decimal(str(wanted))
        case date():
            return day(wanted)
        case []:
            return list(wanted)
        case [date(), *_]:
            return sorted(day(one) for one in wanted)
        case _:
            return sorted(Decimal(str(one)) for one in wanted)


@dataclass(frozen=True)
class Found:
    """What the policy answered to a case, and what can be read off it."""

    story: Story

    @property
    def answer(self) -> Assessment:
        """The assessment."""
        return self.story.answer

    @cached_property
    def route(self) -> str:
        """In the file's word."""
        return ROUTES[self.answer.outcome]

    def attribute(self, name: str) -> str | None:
        """An attribute of the outcome."""
        return (self.answer.attributes or {}).get(name)

    def total(self, *, of_the_occasion: bool) -> Decimal | None:
        """The total the rule saw: that of the strictest finding, else the largest of the longest window."""
        figures = [figure for figure in self.answer.totals if figure.name == "total" and self._fits(figure, of_the_occasion)]
        found = [f"{finding.document}/{finding.rule}" for finding in self.answer.findings]
        ranked = sorted(figures, key=lambda f: (f.rule not in found, found.index(f.rule) if f.rule in found else 0, _span(f)))
        money = ranked[0].money if ranked else None
        return money.amount if money else None

    def _fits(self, figure: Figure, of_the_occasion: bool) -> bool:
        """Whether it is a total of that sort; the figures of a rule that asks several are told by their windows."""
        rules = {f"{document.key}/{rule.id}": rule for document, rule in self.story.policy.rules}
        for total in rules[figure.rule].totals:
            window = total.window(self.story.on)
            fits = isinstance(total, Total) and isinstance(total, OccasionTotal) is of_the_occasion
            if fits and figure.window == (window.first, window.last):
                return True
        return False

    @property
    def whole(self) -> Money | None:
        """The whole value in the policy's currency."""
        return self.answer.whole

    def head(self) -> Fraction | None:
        """One head's share, exactly, in major units."""
        if self.whole is None:
            return None
        return Fraction(self.whole.minor, self.story.facts.heads * 10 ** exponent(self.whole.currency))

    def shares(self) -> list[Decimal]:
        """The shares as shown."""
        return sorted(share.amount for share in shares(self.whole, self.story.facts.heads)) if self.whole else []


def _span(figure: Figure) -> tuple[int, int]:
    first, last = figure.window or (date.min, date.min)
    return -(last - first).days, -(figure.money.minor if figure.money else 0)


def _unrounded(found: Found, wanted: Any) -> Shown | None:
    head = found.head()
    if head is None:
        return None
    text = str(wanted).rstrip(".…")
    if "/" in text:
        return Shown(head, Fraction(text))
    places = Decimal(1).scaleb(Decimal(text).as_tuple().exponent)  # type: ignore[arg-type]  # a number has digits after the point
    nearest = (Decimal(head.numerator) / Decimal(head.denominator)).quantize(places, ROUND_HALF_UP)
    return Shown(nearest, Decimal(text))


def _price(found: Found, _wanted: Any) -> Decimal | None:
    text = found.attribute("pay")
    return Decimal(text.split()[-1]) if text else None


def _public_from(found: Found, _wanted: Any) -> date | None:
    text = found.attribute("public_from")
    return date.fromisoformat(text) if text else None


def _report(found: Found, _wanted: Any) -> bool:
    """A document that knows reports says which; under any other, what is not free is reported."""
    if any(rule.attributes.report_by for _, rule in found.story.policy.rules):
        return found.attribute("report_by") is not None
    return found.route not in ("ALLOW", "INVALID")


def _unapproved(found: Found, _wanted: Any) -> str | None:
    """Nothing is approved by silence."""
    return "REFUSE" if found.attribute("if_unapproved") or found.answer.reviews else None


def _registered(found: Found, _wanted: Any) -> list[date]:
    return sorted(found.story.day_of(int(number)) for number in (found.attribute("also_register") or "").split())


def _barred(found: Found, wanted: Any) -> Shown:
    names = wanted if isinstance(wanted, list) else [wanted]
    return Shown(any(found.story.could_approve(str(name)) for name in names), False)


def _money(read: Callable[[Found], Money | None]) -> Callable[[Found, Any], Decimal | None]:
    def amount(found: Found, _wanted: Any) -> Decimal | None:
        money = read(found)
        return money.amount if money else None

    return amount


CHECKS: Mapping[str, Callable[[Found, Any], Any]] = {
    "route": lambda found, _: found.route,
    "aggregate": lambda found, _: found.total(of_the_occasion=False),
    "occasion_value": lambda found, _: found.total(of_the_occasion=True) or (found.whole.amount if found.whole else None),
    "per_head": _money(lambda found: found.answer.per_head),
    "per_head_unrounded": _unrounded,
    "shares": lambda found, _: found.shares(),
    "shares_sum": lambda found, _: sum(found.shares(), Decimal(0)),
    "converted": _money(lambda found: found.answer.conversion.result if found.answer.conversion else None),
    "parsed": _money(lambda found: found.story.facts.value),
    "purchase_price": _price,
    "due": lambda found, _: found.answer.due_filing_on,
    "days_late": lambda found, _: found.answer.days_late,
    "report": _report,
    "public": lambda found, _: found.attribute("public_from") is not None,
    "public_from": _public_from,
    "prior_notice": lambda found, _: found.attribute("notify_before") is not None,
    "on_behalf_of": lambda found, _: found.attribute("on_behalf_of"),
    "reason_required": lambda found, _: found.attribute("reason_required") is not None,
    "default_if_no_approval": _unapproved,
    "recheck": lambda found, _: sorted(found.story.day_of(each.declaration_id) for each in found.story.lifted),
    "recheck_aggregate": _money(
        lambda found: max((each.total.money for each in found.story.lifted if each.total.money), default=None)
    ),
    "also_register": _registered,
    "accept_subset_ok": lambda found, _: found.attribute("part_may_be_kept") == "true",
    "approver_must_not_be": _barred,
}
