"""Along a line of numbers, the very unit at which a condition first answers differently."""

from collections.abc import Iterator, Sequence

from workflows.policy.counterfactual.axes import Axis
from workflows.policy.counterfactual.question import Question
from workflows.policy.look import Answer
from workflows.policy.rules import Condition
from workflows.policy.tables import Comparison

LONGEST_STRIDE = 28  # days, within which what enters a window does not leave it again


def turns(axis: Axis, question: Question) -> Sequence[int]:
    """Where some condition answers differently than nearer by: each time the first number beyond.

    A condition that compares one number answers differently at most once on the way, which is found from the figures it shows.
    One that leaves small things out may turn back, as may all of them together from day to day: these are followed in strides.
    """
    line = _Line(axis)
    if axis.of_days:
        return list(line.sweep(question.conditions))
    found: set[int] = set()
    for condition in _comparing(question):
        steady = getattr(condition.settings, "trifles", None) is None
        found.update(line.once(condition) if steady else line.sweep((condition,)))
    return sorted(found)


def _comparing(question: Question) -> list[Condition]:
    """Each condition that compares a number; one that several rules state only once."""
    found: list[Condition] = []
    for condition in question.conditions:
        if isinstance(condition.settings, Comparison) and condition not in found:
            found.append(condition)
    return found


class _Line:
    """An axis on which conditions are followed; the question at a number is put together once."""

    def __init__(self, axis: Axis) -> None:
        self.axis = axis
        self.way = 1 if axis.end > axis.here else -1
        self._questions: dict[int, Question] = {}

    def once(self, condition: Condition) -> Iterator[int]:
        """The first number at which `condition` answers as it does at the end, if that is another answer than here."""
        near, far = self.axis.here, self.axis.end
        here, there = self._at(near).says(condition), self._at(far).says(condition)
        if here.holds is there.holds:
            return
        for guess in _guesses(near, here, far, there):
            if min(near, far) < guess < max(near, far):
                same = self._at(guess).says(condition).holds is here.holds
                near, far = (guess, far) if same else (near, guess)
        yield from self._between(near, (here.holds,), far, (there.holds,), (condition,))

    def sweep(self, conditions: Sequence[Condition]) -> Iterator[int]:
        """The first number beyond each place where one of the conditions answers differently, on the way to the end."""
        near, stride = self.axis.here, 1
        truths = self._truths(near, conditions)
        while near != self.axis.end:
            far = near + self.way * min(stride, abs(self.axis.end - near))
            beyond = self._truths(far, conditions)
            yield from self._between(near, truths, far, beyond, conditions)
            near, truths = far, beyond
            stride = min(stride * 2, LONGEST_STRIDE) if self.axis.of_days else stride * 2

    def _between(
        self, near: int, truths: tuple[bool, ...], far: int, beyond: tuple[bool, ...], conditions: Sequence[Condition]
    ) -> Iterator[int]:
        if truths == beyond:
            return
        if abs(far - near) == 1:
            yield far
            return
        middle = (near + far) // 2
        halfway = self._truths(middle, conditions)
        yield from self._between(near, truths, middle, halfway, conditions)
        yield from self._between(middle, halfway, far, beyond, conditions)

    def _truths(self, number: int, conditions: Sequence[Condition]) -> tuple[bool, ...]:
        question = self._at(number)
        return tuple(question.says(condition).holds for condition in conditions)

    def _at(self, number: int) -> Question:
        if number not in self._questions:
            self._questions[number] = self.axis.at(number)
        return self._questions[number]


def _guesses(near: int, here: Answer, far: int, there: Answer) -> Iterator[int]:
    """Where the figure would meet its limit if it grew evenly, and numbers close by; rounding makes it miss by a little."""
    gap, other = _gap(here), _gap(there)
    if gap is None or other is None or gap == other:
        return
    guess = near + gap * (far - near) // (gap - other)
    for off in (0, -1, 1, -9, 9):
        yield guess + off


def _gap(answer: Answer) -> int | None:
    """What the figure compared exceeds its limit by: each limit follows the figure it was compared with."""
    for compared, limit in zip(answer.figures, answer.figures[1:], strict=False):
        if limit.name == "limit" and compared.money is not None and limit.money is not None:
            return compared.money.minor - limit.money.minor
        if limit.name == "limit" and compared.number is not None and limit.number is not None:
            return compared.number - limit.number
    return None
