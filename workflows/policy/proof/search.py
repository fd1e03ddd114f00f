"""Wherever the Code asks for something, its amended form must ask for as much: the regions are searched until one does not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from workflows.policy.document import Document
from workflows.policy.proof.clauses import Clause, canonical
from workflows.policy.proof.inequalities import Met
from workflows.policy.proof.regions import CannotCompare, Choice, Quantity
from workflows.policy.proof.space import Axis, Region, Space
from workflows.policy.proof.sums import Sums
from workflows.policy.rules import Otherwise
from workflows.policy.sentences import Sentence
from workflows.policy.sound import ONE_OFF
from workflows.policy.tables import Route
from workflows.words import N_, Outcome, Review

MOST_REGIONS = 50_000  # nobody waits longer; what needs more can be written in a simpler way
Demand = tuple[str, str | int]
DATED = frozenset({"public_from"})  # the earlier the stricter
RELIEFS = frozenset({"pay", "part_may_be_kept"})  # these ask for nothing


@dataclass(frozen=True, slots=True)
class Need:
    """What must be asked for at the least."""

    outcome: Outcome
    reviews: frozenset[Review] = frozenset()
    attributes: frozenset[Demand] = frozenset()

    def left(self, other: "Need") -> "Need":
        """What of it `other` does not ask for; a thing that is prohibited goes past the manager, and compliance sees it."""
        if other.outcome is Outcome.INVALID:
            return NOTHING
        spared = {Review.MANAGER, Review.COMPLIANCE} if other.outcome is Outcome.PROHIBITED else set()
        outcome = Outcome.NO_DECLARATION if other.outcome >= self.outcome else self.outcome
        attributes = frozenset(one for one in self.attributes if not any(_asks_for(one, each) for each in other.attributes))
        return Need(outcome, self.reviews - other.reviews - spared, attributes)

    @property
    def is_met(self) -> bool:
        """Whether nothing is left to be asked."""
        return self == NOTHING

    def parts(self) -> Iterator["Need"]:
        """Everything it asks for, one by one: what few clauses ask for, first."""
        yield from (Need(Outcome.NO_DECLARATION, attributes=frozenset({one})) for one in sorted(self.attributes))
        yield from (Need(Outcome.NO_DECLARATION, reviews=frozenset({review})) for review in sorted(self.reviews))
        if self.outcome is not Outcome.NO_DECLARATION:
            yield Need(self.outcome)


NOTHING = Need(Outcome.NO_DECLARATION)
UNDECIDED = Need(Outcome.INVALID)


def _asks_for(demand: Demand, other: Demand) -> bool:
    """Whether `other` asks for at least what `demand` does."""
    if demand[0] == other[0] and demand[0] in DATED:
        return int(other[1]) <= int(demand[1])
    return demand == other


def need_of(clause: Clause) -> Need:
    """What a clause asks for where it matches."""
    said = clause.rule.attributes.model_dump(exclude_defaults=True, exclude=set(RELIEFS))
    if "also_register" in said:  # which earlier things those are depends on the totals it looks at
        shapes = {atom.cuts.quantity.shape for atom, wanted in clause.tests if wanted and atom.is_together and atom.cuts.quantity}
        said["also_register"] = canonical(sorted(shapes))
    attributes = frozenset((name, value if isinstance(value, int) else str(value)) for name, value in said.items())
    return Need(clause.rule.outcome.outcome, frozenset(clause.rule.outcome.reviews), attributes)


def need_of_route(route: Route) -> Need:
    """What an outcome stated by itself asks for."""
    return Need(route.outcome, frozenset(route.reviews))


@dataclass(frozen=True)
class Chapter:
    """The clauses asked in the name of a document on one side; where none matches, what the document says otherwise holds."""

    document: Document
    clauses: tuple[Clause, ...]

    @property
    def otherwise(self) -> Otherwise | None:
        """What holds where no clause matches, by kind."""
        return self.document.otherwise


@dataclass(frozen=True)
class Goal:
    """Where `matches` do, `fail` do not and a value is wanting if `unknown`: there the amended policy must ask for `need`.

    `need` None means: what `chapter` of the Code asks for otherwise. `about` is the clause that made the difference.
    """

    about: Clause
    matches: tuple[Clause, ...] = ()
    fail: tuple[Clause, ...] = ()
    need: Need | None = None
    chapter: Chapter | None = None
    unknown: bool = False


@dataclass
class Search:
    """Looks through the regions of one goal; `closed` counts those in which it was seen whether the goal is kept."""

    space: Space
    before: Mapping[str, Chapter]
    after: Mapping[str, Chapter]
    sums: Sums
    closed: int = 0
    _asks_unknown: dict[bool, tuple[Clause, ...]] = field(default_factory=dict)
    _needs: dict[Clause, Need] = field(default_factory=dict)
    _help: dict[Need, tuple[tuple[Clause, Need], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = [clause for chapter in self.after.values() for clause in chapter.clauses]
        asked.sort(key=lambda clause: clause.document.company is None)  # what stands in for a clause most likely does as much
        self._needs = {clause: need_of(clause) for clause in asked}
        for amended, chapters in ((False, self.before), (True, self.after)):
            found = (clause for chapter in chapters.values() for clause in chapter.clauses)
            self._asks_unknown[amended] = tuple(clause for clause in found if clause.rule.asks_for_unknown_value)

    def broken(self, goal: Goal) -> Iterator[tuple[Region, Met]]:
        """Every region in which the goal is not kept, with amounts that lie in it."""
        yield from self._below({"value": False} if goal.unknown else {}, goal)

    def _below(self, region: dict[Axis, Choice], goal: Goal) -> Iterator[tuple[Region, Met]]:
        verdict = self._verdict(region, goal)
        if not isinstance(verdict, bool):
            axis = self.space.told_first(verdict, region)
            for choice in self.space.regions[axis]:
                further = {**region, axis: choice}
                if not self._cannot_be(further, axis):
                    yield from self._below(further, goal)
            return
        self.closed += 1
        if self.closed > MOST_REGIONS:
            raise CannotCompare(Sentence(N_("more than %(number)s regions would have to be compared"), number=MOST_REGIONS))
        if not verdict and not self.space.impossible(region):
            met = self.sums.meet(region)
            if met is not None:
                yield met

    def _cannot_be(self, region: Region, axis: Axis) -> bool:
        if isinstance(axis, Quantity):
            return sum(isinstance(each, Quantity) for each in region) > 1 and not self.sums.might(region)
        return axis in ("direction", "days") and self.space.impossible(region)

    def _verdict(self, region: Region, goal: Goal) -> bool | Axis:
        """Whether the goal is kept everywhere in `region`, or else the axis on which that depends."""
        need = goal.need or self._otherwise(region, goal)
        if need is None or need.is_met:
            return True
        applies = self._applies(region, goal)
        if applies is not True:
            return applies if isinstance(applies, str | Quantity) else True
        return self._kept(region, need)

    def _otherwise(self, region: Region, goal: Goal) -> Need | None:
        """What the Code asks for where none of its clauses matches, less what the clause that now does asks for itself."""
        if "kind" not in region:
            return UNDECIDED
        said = goal.chapter.otherwise if goal.chapter else None
        route = said.route_for(region["kind"]) if said else None
        return None if route is None else need_of_route(route).left(self._needs[goal.about])

    def _applies(self, region: Region, goal: Goal) -> bool | Axis:
        """Whether the goal is about `region`: its clauses match or not as they should, and the Code has an answer."""
        wanting: Axis | None = None
        for wanted, clauses in ((True, goal.matches), (False, goal.fail)):
            for clause in clauses:
                answer = self.space.asked(clause, region)
                if isinstance(answer, bool):
                    if answer is not wanted:
                        return False
                elif wanting is None:
                    wanting = answer
        if wanting is not None:
            return wanting
        if goal.unknown:
            return region["kind"] in ONE_OFF
        return self._answered(region, amended=False)

    def _answered(self, region: Region, *, amended: bool) -> bool | Axis:
        """Whether a thing of unknown value is answered at all; if no rule asks about such things it is sent back."""
        if region.get("value", True) or region["kind"] not in ONE_OFF:
            return True
        return self._any(self._asks_unknown[amended], region)

    def _any(self, clauses: Iterable[Clause], region: Region) -> bool | Axis:
        """Whether one of the clauses matches, or may match for all that is clear."""
        wanting: Axis | None = None
        for clause in clauses:
            answer = True if clause.unclear else self.space.asked(clause, region)
            if answer is True:
                return True
            if answer is not False:
                wanting = wanting or answer
        return False if wanting is None else wanting

    def _kept(self, region: Region, need: Need) -> bool | Axis:
        """Whether the amended policy asks for `need` everywhere in `region`, or the axis on which that depends."""
        undecided: list[tuple[Need, Axis]] = []
        for clause, asked in self._helping(need):
            answer = self.space.asked(clause, region)
            if answer is True:
                need = need.left(asked)
            elif answer is not False:
                undecided.append((asked, answer))
        answered = self._answered(region, amended=True)
        if need.is_met or answered is False:
            return True
        undecided.sort(key=lambda pair: not need.left(pair[0]).is_met)  # what settles all comes first
        for part in need.parts():
            axis = next((axis for asked, axis in undecided if part.left(asked).is_met), None)
            if axis is not None:
                return axis
            otherwise = self._kept_otherwise(region, part)
            if otherwise is not True:
                return otherwise if otherwise is not False else answered if answered is not True else False
        return True

    def _helping(self, need: Need) -> tuple[tuple[Clause, Need], ...]:
        """The clauses that ask for some of `need`."""
        if need not in self._help:
            self._help[need] = tuple((clause, asked) for clause, asked in self._needs.items() if need.left(asked) != need)
        return self._help[need]

    def _kept_otherwise(self, region: Region, need: Need) -> bool | Axis:
        for chapter in self.after.values():
            route = chapter.otherwise.route_for(region["kind"]) if chapter.otherwise else None
            if route is None or need.left(need_of_route(route)) == need:
                continue
            matched = self._any(chapter.clauses, region)
            if matched is False:
                need = need.left(need_of_route(route))
            elif matched is not True:
                return matched
        return need.is_met


def goals(before: Mapping[str, Chapter], after: Mapping[str, Chapter]) -> Iterator[Goal]:
    """All that must be kept for the amended policy to be nowhere looser: each clause that does not stand as it was, what holds
    otherwise where a new clause now matches, and that things of unknown value are not let through."""
    stand = {clause.key for chapter in after.values() for clause in chapter.clauses}
    stood = {clause.key for chapter in before.values() for clause in chapter.clauses}
    for chapter in before.values():
        for clause in chapter.clauses:
            if clause.key not in stand:
                yield Goal(clause, matches=(clause,), need=need_of(clause))
    for name, chapter in before.items():
        for clause in after[name].clauses:
            if clause.key not in stood and chapter.otherwise:
                yield Goal(clause, matches=(clause,), fail=chapter.clauses, chapter=chapter)
    asking = tuple(c for chapter in before.values() for c in chapter.clauses if c.rule.asks_for_unknown_value)
    for chapter in after.values():
        for clause in chapter.clauses:
            if clause.rule.asks_for_unknown_value and clause.key not in stood:
                yield Goal(clause, matches=(clause,), fail=asking, need=Need(Outcome.INVALID), unknown=True)
