"""How a Step is put together: who acts, where it rests, whose turn it is next and by when."""

from dataclasses import dataclass, replace
from datetime import date

from workflows import machine
from workflows.case import Actor, Assignment, Case, Decision, Inputs, Notice, Step, World
from workflows.deadlines import due_on, urgent_on
from workflows.facts import Facts
from workflows.policy.assessment import Assessment
from workflows.reviews import approvals_that_stand, remaining, rule_content
from workflows.timing import timing
from workflows.words import WAITING, Review, Role, State


@dataclass(frozen=True)
class Act:
    """One action under way: the case before it, and who does what with which words."""

    case: Case
    row: machine.Transition
    actor: Actor
    world: World
    inputs: Inputs
    role: Role
    on_behalf_of: int | None
    facts: Facts | None

    def decision(self) -> Decision:
        """What the record keeps of a reviewer's act: on which facts, for whom."""
        assert self.actor.id is not None
        content, review = rule_content(self.case.facts), self.case.review or Review.COMPLIANCE
        return Decision(review, self.row.action, self.actor.id, self.on_behalf_of, self.world.now, self.case.filing, content)

    def decided(self) -> Case:
        """The case with this decision taken."""
        return replace(self.case, decisions=(*self.case.decisions, self.decision()))

    def to_declarant(self, template: str) -> Notice:
        """A notice to whoever declared it."""
        return Notice(template, self.case.facts.declarant_id)


def wait(
    act: Act,
    case: Case,
    reviews: tuple[Review, ...],
    template: str,
    assignment: Assignment,
    *,
    decided: Decision | None = None,
    latest: date | None = None,
) -> Step:
    """Somebody's turn: the assignment, its due date (at the latest `latest`), and the notice to them."""
    step = rest(
        act, replace(case, reminded=0), machine.WAITING_FOR[assignment.review], decided=decided,
        notices=(Notice(template, assignment.person_id, assignment.pool_company_id),),
    )  # fmt: skip
    due = due_on(assignment.review, case, act.world)
    return replace(step, assignment=assignment, remaining=_from(assignment.review, reviews), due_on=min(due, latest or due))


def stay(act: Act, case: Case) -> Step:
    """The same person's turn, by the same day."""
    review = case.review or Review.COMPLIANCE
    kept = Assignment(review, case.assignee_id, case.assigned_for_id, case.pool_company_id)
    return replace(rest(act, case, case.state), assignment=kept, remaining=_from(review, remaining(case)), due_on=case.due_on)


def _from(review: Review, reviews: tuple[Review, ...]) -> tuple[Review, ...]:
    return (review, *sorted({above for above in reviews if above > review}))


def rest(act: Act, case: Case, state: State, *, decided: Decision | None = None, notices: tuple[Notice, ...] = ()) -> Step:
    """The Step into `state`, with nobody's turn."""
    approved_at = max((past.at for past in approvals_that_stand(case)), default=None)
    assessment: Assessment | None = case.assessment if case.assessment is not act.case.assessment else None
    return Step(
        action=act.row.action,
        state_from=act.case.state,
        state=machine.confirm(act.row, state),
        event=act.row.event,
        acting_role=act.role,
        on_behalf_of=act.on_behalf_of,
        assessment=assessment,
        urgent_on=urgent_on(case, act.world) if state in WAITING | {State.SENT_BACK} else None,
        timing=timing(
            state,
            case.facts,
            filed_at=case.filed_at or act.world.now,
            decided_at=approved_at,
            zone=act.world.company.zone,
            imported=case.imported,
        ),
        decided=decided,
        escalated=case.escalated,
        reminded=case.reminded if state in WAITING | {State.SENT_BACK} else 0,
        notices=notices,
        inputs=act.inputs,
    )
