"""Before an amendment takes effect it is proved to be nowhere looser than the Code, or refused with a thing that shows it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from time import perf_counter

from workflows.case import Company
from workflows.policy.document import Document
from workflows.policy.in_force import InForce, in_force
from workflows.policy.proof.clauses import Clause, clauses
from workflows.policy.proof.regions import CannotCompare, Side
from workflows.policy.proof.search import Chapter, Goal, Search, goals
from workflows.policy.proof.space import Space
from workflows.policy.proof.sums import Sums
from workflows.policy.proof.witness import Witness, witness
from workflows.policy.rules import Amend, Rule
from workflows.policy.sentences import Sentence
from workflows.words import N_

KEPT = 256  # comparisons remembered
MOST_TRIED = 50  # regions of one clause in which a witness is looked for
NOT_SEEN = Sentence(N_("it cannot be seen to be at least as strict"))


@dataclass(frozen=True, slots=True)
class Place:
    """A company where policies are asked: its key, its currency, and the keys of the companies above it, nearest first."""

    key: str
    currency: str
    above: tuple[str, ...] = ()
    country: str | None = None  # None: wherever it lies


@dataclass(frozen=True)
class Refusal:
    """A clause of the Code under which the amended policy is looser, or cannot be seen not to be.

    `document` and `rule` name what did it, `code`, `version`, `rule_of_code` and `clause` what it falls behind (`rule_of_code`
    is "otherwise" for what holds where no rule matches). `witness` is a thing that shows it, `why` says what stood in the way
    of the proof where there is none.
    """

    document: str
    rule: str
    code: str
    version: str
    rule_of_code: str
    clause: str
    place: Place
    witness: Witness | None = None
    why: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Stands:
    """A clause of the Code in a company: `untouched`, `tightened`, or `replaced` where it may be, outside the proof."""

    document: str
    rule: str
    clause: str
    how: str
    by: tuple[str, ...] = ()  # "document/rule" that stand in its place


@dataclass(frozen=True)
class Proof:
    """What was looked at, how long it took, how each clause of the Code stands, and where it would be looser."""

    regions: int
    seconds: float
    clauses: tuple[Stands, ...]
    refusals: tuple[Refusal, ...]

    @property
    def holds(self) -> bool:
        """Whether the amended policy is nowhere looser."""
        return not self.refusals


def prove(documents: Iterable[Document], places: Iterable[Place] = (), about: Document | None = None) -> Proof:
    """Compare, in every place and on every day on which other versions hold, the policy with the Code alone.

    `documents` are all versions that would be published. Without `places` each company with a document stands alone under the
    group, in its document's base currency. With `about` only what that document takes part in is looked at.
    """
    began = perf_counter()
    documents = tuple(documents)
    regions, stands, refusals = 0, dict[Stands, None](), dict[tuple[str, ...], Refusal]()
    for place in _places(documents, places):
        for day in sorted({document.effective_from for document in documents}):
            amended = in_force(documents, place.key, place.above, day)
            if about is not None and about.digest not in {document.digest for document in amended.documents}:
                continue
            found = _compared(amended, place, day)
            regions += found.regions
            stands |= dict.fromkeys(found.clauses)
            for refusal in found.refusals:
                told = refusal.document, refusal.rule, refusal.code, refusal.version, refusal.rule_of_code
                refusals.setdefault(told, refusal)
    return Proof(regions, perf_counter() - began, tuple(stands), tuple(refusals.values()))


def _places(documents: tuple[Document, ...], places: Iterable[Place]) -> list[Place]:
    """The places in which a company's document is asked; a company that is not among `places` stands alone under the group."""
    own = {document.company: document.base_currency for document in documents if document.company}
    known = [place for place in places if own.keys() & {place.key, *place.above}]
    return known + [Place(key, currency) for key, currency in own.items() if key not in {place.key for place in known}]


_remembered: OrderedDict[tuple[str | None, ...], Proof] = OrderedDict()


def _compared(amended: InForce, place: Place, day: date) -> Proof:
    """The Code alone beside the Code as `amended`; versions never change, so an answer holds for good."""
    code = InForce(tuple(document for document in amended.documents if document.company is None))
    words = {condition.name for _, rule in amended.rules for condition, _ in rule.conditions}
    where = place.key if "company" in words else "", place.country if "company_country" in words else ""
    asked = code.digest, amended.digest, place.currency, *where
    if asked not in _remembered:
        _remembered[asked] = _compare(code, amended, place, day)
        if len(_remembered) > KEPT:
            _remembered.popitem(last=False)
    return _remembered[asked]


def _compare(code: InForce, amended: InForce, place: Place, day: date) -> Proof:
    if not code.documents or code.documents == amended.documents:
        return Proof(0, 0.0, (), ())
    company = Company(1, place.key, place.key, place.country or "", place.currency, UTC)
    sides = Side(code, company), Side(amended, company, amended=True)
    stands = tuple(_stands(document, rule, amended) for document, rule in code.rules)
    try:
        before, after = (_chapters(side) for side in sides)
        space = Space(sides, (clause for side in (before, after) for chapter in side.values() for clause in chapter.clauses), day)
    except CannotCompare as problem:
        return Proof(0, 0.0, stands, (_unprovable(code, amended, place, problem.sentence),))
    search = Search(space, before, after, Sums(space))
    refusals = []
    for goal in goals(before, after):
        if goal.need is None or not _outside(goal.about, amended):
            refusals += _refuted(search, goal, sides, place)
    return Proof(search.closed, 0.0, stands, tuple(refusals))


def _chapters(side: Side) -> Mapping[str, Chapter]:
    asked = clauses(side)
    return {document.key: Chapter(document, asked[document.key]) for document in side.policy.documents}


def _outside(clause: Clause, amended: InForce) -> bool:
    """A clause that a company may replace, and has replaced, is outside the proof."""
    return clause.rule.amend is Amend.MAY_REPLACE and f"{clause.document.key}/{clause.rule.id}" in amended.replaced


def _stands(document: Document, rule: Rule, amended: InForce) -> Stands:
    by = tuple(f"{d.key}/{r.id}" for d, r in amended.rules if r.replaces == rule.id) if rule.replaces is None else ()
    how = "untouched" if not by else "replaced" if rule.amend is Amend.MAY_REPLACE else "tightened"
    return Stands(document.key, rule.id, rule.clause, how, by)


def _refuted(search: Search, goal: Goal, sides: tuple[Side, Side], place: Place) -> list[Refusal]:
    """The first witness that the goal is not kept; a refusal without one if no amounts could be found that show it."""
    amended, looser = sides[1].policy, False
    if goal.about.unclear:
        return [_refusal(goal, amended, place, None, goal.about.unclear)]
    try:
        for tried, (region, met) in enumerate(search.broken(goal)):
            looser = True
            shown = witness(search.space.facts(region), met, sides, region.get("company_country"))
            if shown:
                return [_refusal(goal, amended, place, shown)]
            if tried >= MOST_TRIED:
                break
    except CannotCompare as problem:
        return [_refusal(goal, amended, place, None, problem.sentence)]
    return [_refusal(goal, amended, place, None, NOT_SEEN)] if looser else []


def _refusal(goal: Goal, amended: InForce, place: Place, shown: Witness | None, why: Sentence | None = None) -> Refusal:
    """Names what did it: the rules in the clause's place, else the clause that now matches, else the last document."""
    about, document, rule = goal.about, amended.documents[-1].key, ""
    by = [(d.key, r.id) for d, r in amended.rules if d.company and r.replaces == about.rule.id]
    if about.document.company:
        document, rule = about.document.key, about.rule.id
    elif by:
        document, rule = by[0]
    if goal.chapter and goal.chapter.otherwise:
        behind, name, clause = goal.chapter.document, "otherwise", goal.chapter.otherwise.clause
    elif about.document.company:  # it lets through what the Code sends back
        behind, name, clause = amended.documents[0], "", ""
    else:
        behind, name, clause = about.document, about.rule.id, about.rule.clause
    return Refusal(document, rule, behind.key, behind.version, name, clause, place, shown, why)


def _unprovable(code: InForce, amended: InForce, place: Place, why: Sentence) -> Refusal:
    last = amended.documents[-1]
    return Refusal(last.key, "", code.documents[0].key, code.documents[0].version, "", "", place, None, why)
