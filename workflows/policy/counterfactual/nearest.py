"""The smallest change of one figure or answer that would alter the outcome is found by asking the policy again, never guessed.

Along a figure's line each condition of the rules in force that compares numbers is followed to the very unit at which it first
answers differently; the whole policy is then asked there, the nearest such place first. For reviewers only: to somebody who
declares it would be a hint to declare less.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workflows.policy.assess import assess, strictness
from workflows.policy.assessment import Assessment
from workflows.policy.counterfactual.axes import Axis, Figure, answers, days, figures
from workflows.policy.counterfactual.question import Question
from workflows.policy.counterfactual.turns import turns
from workflows.words import Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """With `what` at `now` instead of `was` (of a figure: or beyond), the answer would be `answer`.

    `what` is a field of Facts, `before` (the sum of the earlier items), `earlier` (their number) or `exempt:` with a tag; `less`
    says of a figure which way it changes. `question` is the one with the change made, so that anybody can ask it again.
    """

    what: str
    was: object
    now: object
    less: bool | None  # None for an answer
    looser: bool
    question: Question
    answer: Assessment


def nearest(question: Question, answer: Assessment | None = None) -> tuple[Change, ...]:
    """The nearest change that would lead to less and the nearest that would lead to more, those of them that there are.

    `answer` is what the policy says to `question`, if the caller knows it. Figures come before answers: the value, heads, what
    came before, shares of ownership; then what was answered yes or no; towards less also words such as form and class, and
    last the days. Nothing is raised; what cannot be answered is not changed.
    """
    base = answer or ask(question)
    if base.outcome is Outcome.INVALID or not question.policy.documents:
        return ()
    search = _Search(question, base)
    return tuple(change for change in (search.first(looser=True), search.first(looser=False)) if change)


def ask(question: Question) -> Assessment:
    """What the policy answers to `question`."""
    return assess(question.facts, items=question.items, policy=question.policy, rates=question.rates, company=question.company)


class _Search:
    """One question and all that is varied in it; both senses share what was found out."""

    def __init__(self, question: Question, base: Assessment) -> None:
        self.question, self.base = question, base
        self.figures = tuple(figures(question, base))
        self._places: dict[int, Sequence[int]] = {}

    def first(self, *, looser: bool) -> Change | None:
        """The first change in that sense. What would lead to more is looked for in figures and in yes and no only."""
        ways = [self._along(self.figures), self._answered(words=looser)]
        if looser:
            ways.append(self._along(days(self.question)))
        return next((change for changes in ways for change in changes if change.looser is looser), None)

    def _along(self, along: Iterable[Figure]) -> Iterator[Change]:
        for figure in along:
            places = [(abs(number - axis.here), number, axis) for axis in figure.axes for number in self._turns(axis)]
            for _distance, number, axis in sorted(places, key=lambda place: place[:2]):
                less = number < axis.here
                yield from self._change(figure.what, figure.shown(axis.here), figure.shown(number), less, axis.at(number))

    def _answered(self, *, words: bool) -> Iterator[Change]:
        truths = self.question.truths()
        for each in answers(self.question, words=words):
            if each.question.truths() != truths:
                yield from self._change(each.what, each.was, each.now, None, each.question)

    def _change(self, what: str, was: object, now: object, less: bool | None, question: Question) -> Iterator[Change]:
        other = ask(question)
        if other.outcome is not Outcome.INVALID and strictness(other) != strictness(self.base):
            yield Change(what, was, now, less, strictness(other) < strictness(self.base), question, other)

    def _turns(self, axis: Axis) -> Sequence[int]:
        if id(axis) not in self._places:
            self._places[id(axis)] = turns(axis, self.question)
        return self._places[id(axis)]
