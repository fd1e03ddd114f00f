"""The one door into the rules: a case, an action, an actor and the world go in; everything that must be written comes out.

`advance` asks whether the actor may, assesses what is declared, routes it to the next reviewer, sets the due date and the timing
label and names the event and the notices. It changes nothing; `declarations.casework` writes the Step in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from workflows import machine
from workflows.case import Actor, Assignment, Case, Decision, Inputs, Invalid, Notice, Refused, Step, World
from workflows.deadlines import due_on, urgent_on
from workflows.facts import Facts
from workflows.inputs import check_inputs
from workflows.permissions import acting
from workflows.policy.assess import assess
from workflows.policy.assessment import Assessment
from workflows.reviews import approvals_that_stand, remaining, rule_content
from workflows.routing import assign, back_to_asker, keep, name, somebody_can
from workflows.timing import timing
from workflows.words import N_, WAITING, Action, Outcome, Review, Role, State, Timing

NOTHING_TYPED = Inputs()


def advance(
    case: Case, action: Action, actor: Actor, world: World, inputs: Inputs = NOTHING_TYPED, facts: Facts | None = None
) -> Step:
    """The Step that `action` by `actor` makes of `case`; `facts` are the new ones when it files, corrects or answers.

    Raises Forbidden (not theirs to do), Stale (the case has moved on), Invalid (what was typed or declared does not do) or
    Refused (nobody independent is left), each with a sentence to show.
    """
    role, on_behalf_of = acting(action, case, actor, world)
    row = machine.row(action, case.state)
    assert row is not None
    if role is Role.CLOCK:
        inputs = replace(inputs, reason=inputs.reason or "overdue")
    check_inputs(row, case, world, inputs, facts)
    return _CARRIED_OUT[action](_Act(case, row, actor, world, inputs, role, on_behalf_of, facts))


@dataclass(frozen=True)
class _Act:
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


def _assessed(act: _Act) -> Case:
    """The case with the facts about to be filed and what the policy answers. Raises Invalid if it cannot be filed so."""
    facts, world = act.facts or act.case.facts, act.world
    found = assess(facts, items=world.items, policy=world.policy, rates=world.rates, company=world.company)
    if found.outcome is Outcome.INVALID and act.row.action is not Action.IMPORT:
        sentence = N_("Something is missing or cannot be right.")
        raise Invalid("invalid", sentence, {f"problem_{n}": problem for n, problem in enumerate(found.problems, 1)})
    return replace(act.case, facts=facts, assessment=found, prohibited=found.outcome is Outcome.PROHIBITED)


def _file(act: _Act) -> Step:
    return _onward(act, _assessed(act))


def _import(act: _Act) -> Step:
    """Taken over as it was: recorded, whatever the policy finds, and never called approved."""
    return replace(_step(act, _assessed(act), State.RECORDED), timing=Timing.IMPORTED)


def _approve(act: _Act) -> Step:
    return _onward(act, act.decided(), decided=act.decision())


def _refuse(act: _Act) -> Step:
    return _step(act, act.case, State.REFUSED, decided=act.decision(), notices=(act.to_declarant("decided"),))


def _advise(act: _Act) -> Step:
    return _step(act, act.case, State.RECORDED, decided=act.decision(), notices=(act.to_declarant("advised"),))


def _send_back(act: _Act) -> Step:
    decision = act.decision()
    step = _step(act, act.case, State.SENT_BACK, decided=decision, notices=(act.to_declarant("sent_back"),))
    return replace(step, returns_to=decision.review, due_on=due_on(decision.review, act.case, act.world))


def _answer(act: _Act) -> Step:
    """Back to whoever asked; a part decided before on facts that are now different comes first."""
    before = act.case
    case = before if act.facts is None else _assessed(act)
    asked = before.returns_to or Review.COMPLIANCE
    same = rule_content(case.facts) == rule_content(before.facts)
    reviews = sorted({asked, *(review for review in remaining(case) if review > asked or not same)})
    if case.prohibited:
        reviews = [review for review in reviews if review > Review.MANAGER]
    assignment = Assignment(asked, None) if same and asked in reviews else assign(reviews[0], case, act.world)
    if assignment.review is asked:
        assignment = back_to_asker(case, act.world) or assign(reviews[0], case, act.world)
    return _wait(act, case, tuple(reviews), "answered", assignment)


def _correct(act: _Act) -> Step:
    """A new filing: what was decided on facts that have not changed stays decided, the rest is decided again."""
    before = act.case
    if before.state is State.SENT_BACK:
        return _answer(act)
    case = _assessed(act)
    if before.state in (State.REFUSED, State.ENDED):
        return _step(act, case, before.state)
    same = rule_content(case.facts) == rule_content(before.facts) and case.prohibited == before.prohibited
    if same and before.state in WAITING:
        return _stay(act, case)
    if same:
        return _step(act, case, before.state)
    reviews = remaining(case)
    if reviews and before.state in WAITING:
        assignment = assign(reviews[0], case, act.world)
        if assignment.review is before.review:
            kept = keep(case, act.world) or assignment
            return _wait(act, case, reviews, "decision_needed", kept, latest=before.due_on)
    return _onward(act, case)


def _withdraw(act: _Act) -> Step:
    waiting = act.case.state in WAITING
    told = (Notice("withdrawn", act.case.assignee_id, act.case.pool_company_id),) if waiting else ()
    return _step(act, act.case, State.WITHDRAWN, notices=told)


def _escalate(act: _Act) -> Step:
    """To the review above, past whoever hands it on. The clock's way up never fails, a person's is refused if nobody is there."""
    by_clock = act.role is Role.CLOCK
    review = act.case.review or Review.COMPLIANCE
    above = Review(min(review + 1, Review.EXECUTIVE))
    case = act.case if by_clock else act.decided()
    case = replace(case, escalated=case.escalated | {above})
    past = {act.case.assignee_id, act.case.assigned_for_id, act.actor.id, act.on_behalf_of} - {None}
    assignment = assign(above, case, act.world, frozenset(person for person in past if person is not None))
    if not by_clock and not somebody_can(assignment, case, act.world):
        raise Refused("nobody_independent", N_("There is nobody independent above you to pass it on to."))
    decided = None if by_clock else act.decision()
    return _wait(act, case, (above, *remaining(case)), "escalated", assignment, decided=decided)


def _reassign(act: _Act) -> Step:
    assert act.inputs.to_person_id is not None
    assignment = name(act.inputs.to_person_id, act.case, act.world)
    return _wait(act, act.case, (assignment.review, *remaining(act.case)), "reassigned", assignment)


def _remind(act: _Act) -> Step:
    case = replace(act.case, reminded=act.case.reminded + 1)
    if case.state is State.SENT_BACK:
        step = _step(act, case, State.SENT_BACK, notices=(act.to_declarant("reminder"),))
        return replace(step, returns_to=case.returns_to, due_on=case.due_on)
    return replace(_stay(act, case), notices=(Notice("reminder", case.assignee_id, case.pool_company_id),))


def _request_approval(act: _Act) -> Step:
    """The same reviewers, now asked to decide."""
    by_reviewer = act.role is not Role.DECLARANT
    notices = () if by_reviewer else (Notice("decision_needed", act.case.assignee_id, act.case.pool_company_id),)
    return replace(_stay(act, act.decided()), decided=act.decision(), notices=notices)


def _end(act: _Act) -> Step:
    if act.role is not Role.DECLARANT:
        return _step(act, act.case, State.ENDED, notices=(act.to_declarant("ended"),))
    pools = act.world.org.officers[:1]
    return _step(act, act.case, State.ENDED, notices=tuple(Notice("ended", pool_company_id=company) for company, _ in pools))


def _onward(act: _Act, case: Case, *, decided: Decision | None = None) -> Step:
    """To the next review that is left, or to rest."""
    reviews = remaining(case)
    if reviews:
        template = "recorded_prohibited" if case.prohibited else "decision_needed"
        return _wait(act, case, reviews, template, assign(reviews[0], case, act.world), decided=decided)
    approvals = {past.action for past in approvals_that_stand(case)}
    state = State.APPROVED if approvals else State.RECORDED
    if Action.APPROVE_WITH_CONDITIONS in approvals:
        state = State.APPROVED_WITH_CONDITIONS
    return _step(act, case, state, decided=decided, notices=(act.to_declarant("decided"),) if decided else ())


def _wait(
    act: _Act,
    case: Case,
    reviews: tuple[Review, ...],
    template: str,
    assignment: Assignment,
    *,
    decided: Decision | None = None,
    latest: date | None = None,
) -> Step:
    """Somebody's turn: the assignment, its due date (at the latest `latest`), and the notice to them."""
    step = _step(
        act, replace(case, reminded=0), machine.WAITING_FOR[assignment.review], decided=decided,
        notices=(Notice(template, assignment.person_id, assignment.pool_company_id),),
    )  # fmt: skip
    due = due_on(assignment.review, case, act.world)
    return replace(step, assignment=assignment, remaining=_from(assignment.review, reviews), due_on=min(due, latest or due))


def _stay(act: _Act, case: Case) -> Step:
    """The same person's turn, by the same day."""
    review = case.review or Review.COMPLIANCE
    kept = Assignment(review, case.assignee_id, case.assigned_for_id, case.pool_company_id)
    return replace(_step(act, case, case.state), assignment=kept, remaining=_from(review, remaining(case)), due_on=case.due_on)


def _from(review: Review, reviews: tuple[Review, ...]) -> tuple[Review, ...]:
    return (review, *sorted({above for above in reviews if above > review}))


def _step(act: _Act, case: Case, state: State, *, decided: Decision | None = None, notices: tuple[Notice, ...] = ()) -> Step:
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
            state, case.facts, filed_at=case.filed_at or act.world.now, decided_at=approved_at, zone=act.world.company.zone
        ),
        decided=decided,
        escalated=case.escalated,
        reminded=case.reminded if state in WAITING | {State.SENT_BACK} else 0,
        notices=notices,
        inputs=act.inputs,
    )


_CARRIED_OUT: Mapping[Action, Callable[[_Act], Step]] = {
    Action.FILE: _file,
    Action.IMPORT: _import,
    Action.APPROVE: _approve,
    Action.APPROVE_WITH_CONDITIONS: _approve,
    Action.REFUSE: _refuse,
    Action.SEND_BACK: _send_back,
    Action.ANSWER: _answer,
    Action.CORRECT: _correct,
    Action.WITHDRAW: _withdraw,
    Action.ESCALATE: _escalate,
    Action.REASSIGN: _reassign,
    Action.REMIND: _remind,
    Action.REQUEST_APPROVAL: _request_approval,
    Action.ADVISE: _advise,
    Action.END: _end,
}
