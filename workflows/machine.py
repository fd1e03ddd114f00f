"""The whole workflow is one table: which action leads from which state to which, by whom, and what it needs.

A row with one target goes there; with several, routing and the reviews already passed decide which. The table is checked when it
is read: every state can be reached, every unfinished state has a way out, and no action means two things in one state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.words import N_, Action, Review, Role, State

A, S, R = Action, State, Role

# Where a declaration may rest for ever: nobody's turn, nothing more is expected.
RESTING = frozenset({S.RECORDED, S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.REFUSED, S.WITHDRAWN, S.ENDED})


class Need(StrEnum):
    """What must come with an action."""

    FACTS = "facts"
    REASON = "reason"
    CONDITIONS = "conditions"  # each with its due date
    DISPOSITION = "disposition"  # what the declarant is told to do
    TO_PERSON = "to_person"
    ENDED_ON = "ended_on"
    CONDITION = "condition"  # which one


# What a declarant is told to do when it is refused.
TOLD_TO: Mapping[str, str] = {
    "return_it": N_("Return it"),
    "hand_it_over": N_("Hand it over"),
    "pay_the_difference": N_("Pay the difference"),
    "decline_it": N_("Decline it"),
}


class BadMachine(Exception):
    """The table contradicts itself; the sentence names the row or state."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: `action` leads from any of `sources` to one of `targets`, by one of `roles`, with `needs`.

    `in_turn` says that a reviewer may do it only while it waits for them. `sentence` tells it in the declaration's story.
    """

    action: Action
    sources: tuple[State, ...]
    targets: tuple[State, ...]
    roles: frozenset[Role]
    event: str
    sentence: str
    needs: frozenset[Need] = frozenset()
    in_turn: bool = False


WAITING_FOR: Mapping[Review, State] = {
    Review.MANAGER: S.WITH_MANAGER,
    Review.COMPLIANCE: S.WITH_COMPLIANCE,
    Review.EXECUTIVE: S.WITH_EXECUTIVE,
}
_WAITING = tuple(WAITING_FOR.values())
_SETTLED = (S.RECORDED, S.APPROVED, S.APPROVED_WITH_CONDITIONS)
_OPEN = (*_WAITING, *_SETTLED)

_DECLARANT, _OFFICER, _CLOCK = frozenset({R.DECLARANT}), frozenset({R.COMPLIANCE_OFFICER}), frozenset({R.CLOCK})
# Where no executive reviewer is independent, an independent compliance officer decides in their place.
_BOARD = frozenset({R.EXECUTIVE_REVIEWER, R.COMPLIANCE_OFFICER})
_REVIEWERS = frozenset({R.MANAGER}) | _BOARD


def _needs(*needs: Need) -> frozenset[Need]:
    return frozenset(needs)


def _passing(action: Action, event: str, sentence: str, needs: frozenset[Need], roles: frozenset[Role]) -> tuple[Transition, ...]:
    """Approval in each review: on to the next one, or done."""
    done = (S.APPROVED, S.APPROVED_WITH_CONDITIONS) if action is A.APPROVE else (S.APPROVED_WITH_CONDITIONS,)
    return tuple(
        Transition(action, (state,), (*_WAITING[rank + 1 :], *done), who, event, sentence, needs, in_turn=True)
        for rank, (state, who) in enumerate(zip(_WAITING, (frozenset({R.MANAGER}), _OFFICER, roles), strict=True))
    )


TABLE: tuple[Transition, ...] = (
    Transition(A.FILE, (S.DRAFT,), (*_WAITING, S.RECORDED), _DECLARANT, "declaration:filed", N_("%(actor)s declared it.")),
    Transition(
        A.IMPORT, (S.DRAFT,), (S.RECORDED,), _OFFICER | _CLOCK, "declaration:imported",
        N_("It was taken over from an earlier register."),
    ),
    *_passing(A.APPROVE, "declaration:approved", N_("%(actor)s approved it."), _needs(), _BOARD),
    *_passing(
        A.APPROVE_WITH_CONDITIONS, "declaration:approved_with_conditions", N_("%(actor)s approved it with conditions."),
        _needs(Need.CONDITIONS), _BOARD,
    ),
    Transition(
        A.REFUSE, _WAITING, (S.REFUSED,), _REVIEWERS, "declaration:refused", N_("%(actor)s refused it."),
        _needs(Need.REASON, Need.DISPOSITION), in_turn=True,
    ),
    Transition(
        A.SEND_BACK, _WAITING, (S.SENT_BACK,), _REVIEWERS, "declaration:sent_back", N_("%(actor)s asked for more information."),
        _needs(Need.REASON), in_turn=True,
    ),
    Transition(
        A.ANSWER, (S.SENT_BACK,), _WAITING, _DECLARANT, "declaration:answered", N_("%(actor)s answered."), _needs(Need.REASON)
    ),
    *(
        Transition(
            A.CORRECT, sources, targets, _DECLARANT, "declaration:corrected", N_("%(actor)s corrected it."), _needs(Need.FACTS)
        )
        for sources, targets in (
            (_OPEN, _OPEN),
            ((S.SENT_BACK,), _WAITING),
            # A refusal and an end stand: what is corrected afterwards, such as that it was given back, reopens nothing.
            ((S.REFUSED,), (S.REFUSED,)),
            ((S.ENDED,), (S.ENDED,)),
        )
    ),
    Transition(
        A.WITHDRAW, (*_OPEN, S.SENT_BACK), (S.WITHDRAWN,), _DECLARANT, "declaration:withdrawn", N_("%(actor)s withdrew it.")
    ),
    Transition(
        A.ESCALATE, (S.WITH_MANAGER,), (S.WITH_COMPLIANCE, S.WITH_EXECUTIVE), frozenset({R.MANAGER, R.CLOCK}),
        "declaration:escalated", N_("%(actor)s passed it on to a higher reviewer."), _needs(Need.REASON), in_turn=True,
    ),
    Transition(
        A.ESCALATE, (S.WITH_COMPLIANCE,), (S.WITH_EXECUTIVE,), _OFFICER | _CLOCK,
        "declaration:escalated", N_("%(actor)s passed it on to a higher reviewer."), _needs(Need.REASON), in_turn=True,
    ),
    Transition(  # nobody is higher, but another may sit beside whoever may no longer decide it
        A.ESCALATE, (S.WITH_EXECUTIVE,), (S.WITH_EXECUTIVE,), _CLOCK,
        "declaration:escalated", N_("%(actor)s passed it on to a higher reviewer."), _needs(Need.REASON),
    ),
    Transition(  # settled, and taken up again by compliance because more is known now
        A.ESCALATE, _SETTLED, (S.WITH_COMPLIANCE, S.WITH_EXECUTIVE), _OFFICER,
        "declaration:escalated", N_("%(actor)s passed it on to a higher reviewer."), _needs(Need.REASON),
    ),
    *(
        Transition(
            A.REASSIGN, (state,), (state,), _OFFICER, "declaration:reassigned", N_("%(actor)s gave it to another reviewer."),
            _needs(Need.REASON, Need.TO_PERSON),
        )
        for state in _WAITING
    ),
    *(
        Transition(A.REMIND, (state,), (state,), _CLOCK, "declaration:reminded", N_("A reminder went out."))
        for state in (*_WAITING, S.SENT_BACK)
    ),
    *(
        Transition(
            A.REQUEST_APPROVAL, (state,), (state,), _REVIEWERS | _DECLARANT, "declaration:approval_requested",
            N_("%(actor)s turned the request for advice into one for approval."), in_turn=True,
        )
        for state in _WAITING
    ),
    Transition(
        A.ADVISE, _WAITING, (S.RECORDED,), _REVIEWERS, "declaration:advised", N_("%(actor)s gave advice."),
        _needs(Need.REASON), in_turn=True,
    ),
    Transition(
        A.FULFIL, (S.APPROVED_WITH_CONDITIONS,), (S.APPROVED_WITH_CONDITIONS,), _DECLARANT, "declaration:condition_met",
        N_("%(actor)s said that a condition is met."), _needs(Need.REASON, Need.CONDITION),
    ),
    Transition(
        A.END, _SETTLED, (S.ENDED,), _DECLARANT | _OFFICER, "declaration:ended", N_("%(actor)s recorded that it has ended."),
        _needs(Need.ENDED_ON),
    ),
)  # fmt: skip


def check(table: Iterable[Transition]) -> dict[tuple[Action, State], Transition]:
    """The rows by action and state. Raises BadMachine if the table has a gap, a trap or an ambiguous row."""
    rows: dict[tuple[Action, State], Transition] = {}
    told: dict[Action, tuple[str, str]] = {}
    for row in table:
        if not (row.sources and row.targets and row.roles):
            raise BadMachine(f"The row of {row.action} lacks a state it starts from, a state it leads to or a role.")
        if told.setdefault(row.action, (row.event, row.sentence)) != (row.event, row.sentence):
            raise BadMachine(f"{row.action} is recorded as two different events.")
        for state in row.sources:
            if (row.action, state) in rows:
                raise BadMachine(f"Two rows say what {row.action} does in {state}.")
            rows[row.action, state] = row
    if missing := set(Action) - set(told):
        raise BadMachine(f"No row says what {min(missing)} does.")
    if len({event for event, _ in told.values()}) < len(told):
        raise BadMachine("Two actions are recorded as the same event.")
    forward = {state: {t for (_, source), row in rows.items() if source is state for t in row.targets} for state in State}
    if unreachable := set(State) - _reach({State.DRAFT}, forward):
        raise BadMachine(f"Nothing leads to {min(unreachable)}.")
    backward = {state: {source for source, targets in forward.items() if state in targets} for state in State}
    if traps := set(State) - _reach(RESTING, backward):
        raise BadMachine(f"{min(traps)} is a trap: nothing leads on from it to an end.")
    return rows


def _reach(start: Iterable[State], edges: Mapping[State, set[State]]) -> set[State]:
    """Every state that can be come to from `start`, those included."""
    found: set[State] = set()
    ahead = set(start)
    while ahead:
        found |= ahead
        ahead = {onward for state in ahead for onward in edges[state]} - found
    return found


_ROWS = check(TABLE)
EVENTS: Mapping[Action, str] = {row.action: row.event for row in TABLE}
STORY: Mapping[str, str] = {row.event: row.sentence for row in TABLE}  # event → its sentence, with %(actor)s


def row(action: Action, state: State) -> Transition | None:
    """The row for `action` in `state`, or None where the table knows none."""
    return _ROWS.get((action, state))


def confirm(row: Transition, state: State) -> State:
    """`state`, if `row` may lead there; BadMachine otherwise, since then the table no longer tells the truth."""
    if state not in row.targets:
        raise BadMachine(f"{row.action} led to {state}, which its row does not say.")
    return state


def diagram() -> str:
    """The table as a mermaid state diagram. Steps that stay in the same state and corrections are not drawn as arrows."""
    steps: dict[tuple[State, State], list[Action]] = {}
    for each in TABLE:
        for source in each.sources:
            for target in each.targets:
                if source is not target and each.action is not A.CORRECT:
                    steps.setdefault((source, target), []).append(each.action)
    order = list(State)
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    for source, target in sorted(steps, key=lambda step: (order.index(step[0]), order.index(step[1]))):
        label = ", ".join(action.replace("_", " ") for action in steps[source, target])
        lines.append(f"    {source} --> {target}: {label}")
    lines += [f"    {state} --> [*]" for state in order if not any(source is state for source, _ in steps)]
    note = "A correction is a new filing and leads wherever filing leads. What was decided on the same facts stays decided."
    return "\n".join([*lines, f"    note right of {State.RECORDED}: {note}"])
