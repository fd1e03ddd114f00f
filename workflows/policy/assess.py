"""Every rule is asked, all findings are kept, the strictest wins; the order of the rules cannot matter."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from workflows.facts import Facts, Item
from workflows.money import Conversion, Money, NoRate, Rates
from workflows.policy.assessment import Assessment, Figure, Finding
from workflows.policy.document import Document
from workflows.policy.in_force import InForce
from workflows.policy.look import NOT_KEPT, Look, rounded
from workflows.policy.rules import Paragraph, Rule
from workflows.policy.sound import NO_RATE, ONE_OFF, UNKNOWN_VALUE, unsound
from workflows.policy.tables import Route
from workflows.words import Direction, Disposition, Kind, Outcome, Review

if TYPE_CHECKING:
    from workflows.case import Company

OTHERWISE, KEPT_NOT = "otherwise", "not-kept"


@dataclass
class _Gathered:
    """What the rules answered, before the strictest is picked."""

    findings: list[Finding] = field(default_factory=list)
    totals: list[Figure] = field(default_factory=list)
    value_unknown_answered: bool = False

    @property
    def route(self) -> Route:
        """The strictest of what was found."""
        return strictest(Route(found.outcome, found.reviews) for found in self.findings)


def assess(facts: Facts, *, items: Iterable[Item], policy: InForce, rates: Rates, company: "Company") -> Assessment:
    """What `policy` answers to `facts`, given the declarant's other `items` (never an earlier filing of the same thing).

    `rates` must hold the quotes `quotes_needed` names. Amounts are compared in the company's currency where a limit is stated in
    it, else in the document's. Nothing is raised: what cannot be answered comes back as INVALID with `problems`. Under a policy
    without documents the answer is RECORD, without findings, with the attribute `policy` = `none_in_force`. A policy with two
    sides is asked on both, each as its company would ask it, and the strictest answer holds.
    """
    if not policy.documents:
        return _none_in_force(policy)
    items = tuple(items)
    due = due_filing_on(facts, policy)
    problems, gathered, conversions = list(unsound(facts)), list[_Gathered](), list[Conversion | None]()
    if not problems:
        try:
            for side, seat in sides_of(policy, company):
                look = look_at(facts, items=items, policy=side, rates=rates, company=seat)
                conversions.append(look.whole(side.currency(seat.currency)))
                gathered.append(_ask_all(look, side))
        except NoRate:
            problems.append(NO_RATE)
        if not problems and _value_is_wanting(facts) and not all(each.value_unknown_answered for each in gathered):
            problems.append(UNKNOWN_VALUE)
    conversion = conversions[0] if conversions else None
    findings = () if problems else tuple(sorted(_all_found(gathered), key=_strictest_first))
    route = Route(Outcome.INVALID) if problems else strictest(each.route for each in gathered)
    attributes = _united(findings)
    if route.outcome is Outcome.PROHIBITED and _is_separable(facts, policy):
        least = replace(facts, value=min(facts.parts), parts=(), separable=False)
        alone = assess(least, items=items, policy=policy, rates=rates, company=company)
        attributes = {**(attributes or {}), "part_may_be_kept": str(alone.outcome < route.outcome).lower()}
    return Assessment(
        outcome=route.outcome,
        reviews=route.reviews,
        findings=findings,
        totals=tuple(sorted(_all_totals(gathered), key=lambda figure: (figure.rule, figure.name, figure.window, figure.items))),
        problems=tuple(problems),
        asked=len(policy.rules),
        conversion=conversion,
        per_head=_per_head(facts, conversion),
        whole=conversion.result if conversion else None,
        policy_digest=policy.digest,
        due_filing_on=due,
        days_late=max(0, (facts.filed_on - due).days) if due else 0,
        safe_default=safe_default(facts) if route.reviews else None,
        attributes=attributes,
    )


def sides_of(policy: InForce, company: "Company") -> Iterable[tuple[InForce, "Company"]]:
    """The policies to be asked, each with the company as its rules see it: one, or two for somebody who belongs to two companies."""
    if not policy.sides:
        return ((policy, company),)
    return tuple(
        (side, replace(company, key=seat.key, country=seat.country, currency=seat.currency)) for side, seat in policy.sides
    )


def _all_found(gathered: Iterable[_Gathered]) -> Iterable[Finding]:
    """What was found on any side, and once where both found it."""
    found: dict[tuple[str, str], Finding] = {}
    for each in gathered:
        for finding in each.findings:
            found.setdefault((finding.document, finding.rule), finding)
    return found.values()


def _all_totals(gathered: Iterable[_Gathered]) -> Iterable[Figure]:
    """The totals of every side, and once where both made the same; a rule may make one twice."""
    found: list[Figure] = []
    for each in gathered:
        found += [figure for figure in each.totals if figure not in found] if found else each.totals
    return found


def _is_separable(facts: Facts, policy: InForce) -> bool:
    """Whether some of the things declared together may be declined to keep the rest, if the policy lets the least of them pass."""
    return facts.separable and len(facts.parts) > 1 and any(rule.attributes.part_may_be_kept for _, rule in policy.rules)


def look_at(facts: Facts, *, items: Iterable[Item], policy: InForce, rates: Rates, company: "Company") -> Look:
    """What the conditions of `policy` are asked about, as `assess` asks them."""
    due = due_filing_on(facts, policy)
    late = max(0, (facts.filed_on - due).days) if due else 0
    return Look(facts, tuple(items), rates, company, policy.classes, policy.max_age, policy.host_absent_is_gift, late, due)


def _none_in_force(policy: InForce) -> Assessment:
    return Assessment(Outcome.RECORD, (), (), (), (), 0, None, None, None, policy.digest, attributes={"policy": "none_in_force"})


def due_filing_on(facts: Facts, policy: InForce) -> date | None:
    """The last day on which filing is in time, as the policy counts it from the event's day; None where nothing is stated."""
    return None if facts.occurred_on is None else policy.filing_due(facts.kind, facts.occurred_on)


def strictest(routes: Iterable[Route]) -> Route:
    """The strictest outcome of `routes` with all their reviews; what is prohibited goes to compliance, past the manager."""
    routes = tuple(routes)
    outcome = max((route.outcome for route in routes), default=Outcome.RECORD)
    reviews = {review for route in routes for review in route.reviews}
    if outcome is Outcome.INVALID:
        return Route(outcome)
    if outcome is Outcome.PROHIBITED:
        reviews = reviews - {Review.MANAGER} | {Review.COMPLIANCE}
    return Route(outcome, tuple(sorted(reviews)))


def strictness(answer: Assessment) -> tuple[int, int]:
    """How strict an answer is: its outcome, then how many must decide."""
    return answer.outcome, len(answer.reviews)


def safe_default(facts: Facts) -> str | None:
    """What holds while nobody has approved: decline, hand_it_over, do_not_give, do_not_begin, stand_aside; None if it is done."""
    if facts.kind is Kind.CONFLICT:
        return "stand_aside"
    if facts.kind is Kind.INTEREST:
        return "do_not_begin" if facts.in_future() else None
    if facts.direction is Direction.RECEIVED:
        return "decline" if facts.in_future() or facts.disposition is Disposition.UNDECIDED else "hand_it_over"
    return "do_not_give" if facts.in_future() else None


def quotes_needed(facts: Facts, items: Iterable[Item], policy: InForce, company: "Company") -> frozenset[tuple[str, date]]:
    """The (currency, day) pairs of which `assess` may need the rate; the euro needs none."""
    targets = set()
    for side, seat in sides_of(policy, company):
        targets |= {limits.for_company(seat.currency).currency for _, rule in side.rules for limits in rule.limits}
        targets |= {side.currency(seat.currency)} if side.documents else set()
    now = (facts.value, facts.own_share, facts.tax, facts.delivery, *facts.parts)
    stated = [*((money, facts.rated_on) for money in now), *((item.value, item.occurred_on) for item in items)]
    stated += [(money, item.occurred_on) for item in items for money in (item.base, item.tax, item.delivery, item.own_share)]
    needed = {
        (currency, day)
        for money, day in stated
        if money is not None
        for currency in (money.currency, *targets)
        if targets - {money.currency}
    }
    return frozenset((currency, day) for currency, day in needed if currency != "EUR")


def _value_is_wanting(facts: Facts) -> bool:
    return facts.value is None and facts.kind in ONE_OFF and facts.disposition not in NOT_KEPT


def _ask_all(look: Look, policy: InForce) -> _Gathered:
    gathered = _Gathered()
    for chapter in policy.chapters:
        matched = False
        for document, rule in chapter.rules:
            finding = _ask(look, document, rule, gathered)
            if finding:
                matched = True
                gathered.findings.append(finding)
        route = chapter.document.otherwise.route_for(look.facts.kind) if chapter.document.otherwise else None
        if route and not matched and chapter.document.otherwise:
            gathered.findings.append(_said_by(chapter.document, chapter.document.otherwise, OTHERWISE, route))
    if look.facts.disposition in NOT_KEPT:
        gathered.findings = [
            _said_by(document, document.not_kept, KEPT_NOT, Route(Outcome.RECORD))
            for document in policy.documents
            if document.not_kept
        ]
    return gathered


def _ask(look: Look, document: Document, rule: Rule, gathered: _Gathered) -> Finding | None:
    if rule.kind_set.isdisjoint(look.kinds) or (rule.directions and look.facts.direction not in rule.directions):
        return None
    name = f"{document.key}/{rule.id}"
    holds, figures = True, []
    for condition, wanted in rule.conditions:
        if not holds and not condition.is_total:
            continue
        answer = condition.ask(look)
        if condition.is_total:
            gathered.totals += [_of_rule(figure, name) for figure in answer.figures if figure.name in ("total", "count")]
        holds = holds and answer.holds is wanted
        if wanted:
            figures += [figure for figure in answer.figures if figure not in figures]
    if not holds:
        return None
    gathered.value_unknown_answered |= rule.asks_for_unknown_value
    return _found(look, document, rule, tuple(figures))


def _of_rule(figure: Figure, rule: str) -> Figure:
    return Figure(figure.name, figure.money, figure.number, figure.window, figure.items, rule, figure.limit)


def _found(look: Look, document: Document, rule: Rule, figures: tuple[Figure, ...]) -> Finding:
    return Finding(
        rule=rule.id,
        document=document.key,
        version=document.version,
        clause=rule.clause,
        heading=rule.heading.by_language,
        sentence=rule.sentence.by_language,
        outcome=rule.outcome.outcome,
        reviews=rule.outcome.reviews,
        figures=figures,
        attributes=_attributes(look, rule, figures),
        source=rule.source,
    )


def _attributes(look: Look, rule: Rule, figures: tuple[Figure, ...]) -> dict[str, str] | None:
    said, when = rule.attributes, "asked" if look.facts.in_future() else "missed"
    public = look.due + timedelta(days=said.public_from) if look.due and said.public_from is not None else None
    pairs = {
        "beforehand": when if said.beforehand else None,
        "reason_required": "true" if said.reason_required else None,
        "if_unapproved": said.if_unapproved,
        "on_behalf_of": said.on_behalf_of,
        "notify_before": when if said.notify_before else None,
        "report_by": look.due.isoformat() if said.report_by and look.due else None,
        "public_from": public.isoformat() if public else None,
        "pay": _price(figures) if said.pay else None,
        "also_register": _unregistered(look, figures) if said.also_register else None,
    }
    return {name: text for name, text in pairs.items() if text} or None


def _price(figures: tuple[Figure, ...]) -> str | None:
    """What is to be paid to keep it: the value less the limit, such as "GBP 210.00"."""
    money = {figure.name: figure.money for figure in figures}
    value, limit = money.get("value") or money.get("per_head") or money.get("total"), money.get("limit")
    if value is None or limit is None:
        return None
    return f"{limit.currency} {Money(value.minor - limit.minor, limit.currency).amount}"


def _unregistered(look: Look, figures: tuple[Figure, ...]) -> str:
    """The earlier declarations of a total that nobody had to register by themselves, as ids with a space between."""
    counted = {number for figure in figures if figure.name == "total" for number in figure.items}
    small = [item for item in look.items if item.declaration_id in counted and item.outcome == Outcome.NO_DECLARATION]
    return " ".join(str(item.declaration_id) for item in small)


def _said_by(document: Document, paragraph: Paragraph, rule: str, route: Route) -> Finding:
    return Finding(
        rule=rule,
        document=document.key,
        version=document.version,
        clause=paragraph.clause,
        heading=paragraph.heading.by_language,
        sentence=paragraph.sentence.by_language,
        outcome=route.outcome,
        reviews=route.reviews,
    )


def _strictest_first(finding: Finding) -> tuple[int, str, str, str]:
    return -finding.outcome, finding.document, finding.clause, finding.rule


def _united(findings: tuple[Finding, ...]) -> dict[str, str] | None:
    united: dict[str, str] = {}
    for finding in reversed(findings):
        united.update(finding.attributes or {})
    return united or None


def _per_head(facts: Facts, conversion: Conversion | None) -> Money | None:
    if conversion is None:
        return None
    return rounded(Fraction(conversion.result.minor, facts.heads), conversion.result.currency)
