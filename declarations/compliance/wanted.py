"""What a reader looks for, as it stands in the address: every filter is part of it, so that any list can be sent as a link."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from workflows.words import CounterpartyClass, Direction, Kind, Outcome, State

WAITING = "waiting"  # any of the states in which it is somebody's turn
STATES = (WAITING, *(state.value for state in State if state is not State.DRAFT))
OUTCOMES = tuple(outcome.slug for outcome in Outcome if Outcome.RECORD <= outcome <= Outcome.PROHIBITED)
MOST_NAMED = 60


@dataclass(frozen=True)
class Wanted:
    """Filters; an empty one asks for nothing.

    `person`, `firm` and `turn` (whose turn it is) are public ids, `company` a key, `these` public ids of declarations; `limit` is
    a rule ("document/rule") of which the person's total is meant; `after` is where the page before ended.
    """

    text: str = ""
    kind: str = ""
    state: str = ""
    company: str = ""
    cls: str = ""
    first_on: date | None = None
    last_on: date | None = None
    outcome: str = ""
    late: bool = False
    overdue: bool = False
    prohibited: bool = False
    near: bool = False
    person: str = ""
    firm: str = ""
    turn: str = ""
    limit: str = ""
    direction: str = ""
    these: tuple[str, ...] = ()
    after: str = ""

    def address(self, **changes: object) -> dict[str, str]:
        """The filters as a query string's arguments, with some of them changed; without the place unless it is among those."""
        said: dict[str, object] = asdict(self) | {"after": ""} | changes
        found = {}
        for name, value in said.items():
            if value in ("", None, False, ()):
                continue
            found[_NAMES.get(name, name)] = (
                "1"
                if value is True
                else value.isoformat()
                if isinstance(value, date)
                else ",".join(value)
                if isinstance(value, tuple)
                else str(value)
            )
        return found

    @property
    def boxes(self) -> bool:
        """Whether one of the filters below the search box is set."""
        return any((self.cls, self.first_on, self.last_on, self.outcome, self.late, self.overdue, self.prohibited, self.near))

    @property
    def anything(self) -> bool:
        """Whether any filter is set."""
        return bool(self.address())


_NAMES = {"first_on": "from", "last_on": "to", "cls": "class"}


def wanted(given: Mapping[str, str]) -> Wanted:
    """The filters in a query string; what is not one of the possible answers asks for nothing."""

    def one_of(name: str, possible: tuple[str, ...]) -> str:
        value = given.get(name, "")
        return value if value in possible else ""

    return Wanted(
        text=given.get("text", "").strip()[:200],
        kind=one_of("kind", tuple(kind.value for kind in Kind)),
        state=one_of("state", STATES),
        company=given.get("company", "")[:40],
        cls=one_of("class", tuple(cls.value for cls in CounterpartyClass)),
        first_on=_day(given.get("from", "")),
        last_on=_day(given.get("to", "")),
        outcome=one_of("outcome", OUTCOMES),
        person=given.get("person", "")[:16],
        firm=given.get("firm", "")[:16],
        turn=given.get("turn", "")[:16],
        limit=given.get("limit", "")[:120],
        direction=one_of("direction", tuple(direction.value for direction in Direction)),
        these=tuple(part[:16] for part in given.get("these", "").split(",") if part)[:MOST_NAMED],
        after=given.get("after", "")[:80],
        **{box: given.get(box, "") == "1" for box in ("late", "overdue", "prohibited", "near")},
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
