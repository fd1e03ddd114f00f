"""The one door into the rules: a case, an action, an actor and the world go in; everything that must be written comes out.

`advance` asks whether the actor may, assesses what is declared, routes it to the next reviewer, sets the due date and the timing
label and names the event and the notices. It changes nothing; `declarations.casework` writes the Step in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from workflows import machine
from workflows.case import Actor, Assignment, Case, Decision, Inputs, Invalid, Notice, PassedOver, Refused, Step, World
from workflows.deadlines import due_on
from workflows.facts import Facts
from workflows.independence import lost_turn
from workflows.inputs import check_inputs
from workflows.permissions import acting
from workflows.policy.assess import assess
from workflows.reviews import approvals_that_stand, remaining, rule_content
from workflows.routing import assign, back_to_asker, keep, name, somebody_can
from workflows.steps import Act, rest, stay, wait
from workflows.words import N_, WAITING, Action, Outcome, Review, Role, State

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
        inputs = replace(inputs, reason=inputs.reason or ("lost_turn" if lost_turn(case, world.org) else "overdue"))
    check_inputs(row, case, world, inputs, facts)
    return _CARRIED_OUT[action](Act(case, row, actor, world, inputs, role, on_behalf_of, facts))


def _assessed(act: Act) -> Case:
    """The case with the facts about to be filed and what the policy answers. Raises Invalid if it cannot be filed so."""
    facts, world = act.facts or act.case.facts, act.world
    found = assess(facts, items=world.items, policy=world.policy, rates=world.rates, company=world.company)
    if found.outcome is Outcome.INVALID and act.row.action is not Action.IMPORT:
        sentence = N_("Something is missing or cannot be right.")
        raise Invalid("invalid", sentence, {f"problem_{n}": problem for n, problem in enumerate(found.problems, 1)})
    return replace(act.case, facts=facts, assessment=found, prohibited=found.outcome is Outcome.PROHIBITED)


def _file(act: Act) -> Step:
    return _onward(act, _assessed(act))


def _import(act: Act) -> Step:
    """Taken over as it was: recorded, whatever the policy finds, and never called approved."""
    return rest(act, replace(_assessed(act), imported=True), State.RECORDED)


def _approve(act: Act) -> Step:
    return _onward(act, act.decided(), decided=act.decision())


def _refuse(act: Act) -> Step:
    return rest(act, act.case, State.REFUSED, decided=act.decision(), notices=(act.to_declarant("decided"),))


def _advise(act: Act) -> Step:
    return rest(act, act.case, State.RECORDED, decided=act.decision(), notices=(act.to_declarant("advised"),))


def _send_back(act: Act) -> Step:
    decision = act.decision()
    step = rest(act, act.case, State.SENT_BACK, decided=decision, notices=(act.to_declarant("sent_back"),))
    return replace(step, returns_to=decision.review, due_on=due_on(decision.review, act.case, act.world))


def _answer(act: Act) -> Step:
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
    return wait(act, case, tuple(reviews), "answered", assignment)


def _correct(act: Act) -> Step:
    """A new filing; whoever it waited for and no longer does is told so, unless they have left."""
    step, before = _corrected(act), act.case
    if before.state not in WAITING:
        return step
    now = step.assignment or Assignment(Review.MANAGER, None)
    had = act.world.org.people.get(before.assignee_id or 0)
    still = before.assignee_id in (now.person_id, now.for_id) and before.pool_company_id == now.pool_company_id
    if still or (had is not None and not had.active):
        return step
    return replace(step, notices=(*step.notices, Notice("no_longer_yours", before.assignee_id, before.pool_company_id)))


def _corrected(act: Act) -> Step:
    """What was decided on facts that have not changed stays decided, the rest is decided again."""
    before = act.case
    if before.state is State.SENT_BACK:
        return _answer(act)
    case = _assessed(act)
    if before.state in (State.REFUSED, State.ENDED):
        return rest(act, case, before.state)
    same = rule_content(case.facts) == rule_content(before.facts) and case.prohibited == before.prohibited
    if same and before.state in WAITING:
        return stay(act, case)
    if same:
        return rest(act, case, before.state)
    reviews = remaining(case)
    if reviews and before.state in WAITING:
        assignment = assign(reviews[0], case, act.world)
        if assignment.review is before.review:
            kept = keep(case, act.world) or assignment
            return wait(act, case, reviews, "decision_needed", kept, latest=before.due_on)
    return _onward(act, case)


def _withdraw(act: Act) -> Step:
    waiting = act.case.state in WAITING
    told = (Notice("withdrawn", act.case.assignee_id, act.case.pool_company_id),) if waiting else ()
    return rest(act, act.case, State.WITHDRAWN, notices=told)


def _escalate(act: Act) -> Step:
    """To the review above, past whoever hands it on or may no longer decide it. The clock's way up never fails, a person's is refused
    if nobody is there."""
    if act.case.state not in WAITING:
        return _take_up(act)
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
    if by_clock:
        lost = [PassedOver(person, reason) for person, reason in lost_turn(act.case, act.world.org).items()]
        known = {each.person_id for each in lost}
        more = (each for each in assignment.passed_over if each.person_id not in known)
        assignment = replace(assignment, passed_over=(*lost, *more))
    return wait(act, case, (above, *remaining(case)), "escalated", assignment, decided=decided)


def _take_up(act: Act) -> Step:
    """What was settled, once more: to compliance, or past it where compliance has approved these facts already."""
    passed = {past.review for past in approvals_that_stand(act.case)}
    above = Review.EXECUTIVE if passed & {Review.COMPLIANCE, Review.EXECUTIVE} else Review.COMPLIANCE
    case = replace(act.case, escalated=act.case.escalated | {above})
    assignment = assign(above, case, act.world)
    if not somebody_can(assignment, case, act.world):
        raise Refused("nobody_independent", N_("There is nobody independent to look at it again."))
    return wait(act, case, (above,), "escalated", assignment)


def _reassign(act: Act) -> Step:
    assert act.inputs.to_person_id is not None
    assignment = name(act.inputs.to_person_id, act.case, act.world)
    return wait(act, act.case, (assignment.review, *remaining(act.case)), "reassigned", assignment)


def _remind(act: Act) -> Step:
    case = replace(act.case, reminded=act.case.reminded + 1)
    if case.state is State.SENT_BACK:
        step = rest(act, case, State.SENT_BACK, notices=(act.to_declarant("reminder"),))
        return replace(step, returns_to=case.returns_to, due_on=case.due_on)
    return replace(stay(act, case), notices=(Notice("reminder", case.assignee_id, case.pool_company_id),))


def _request_approval(act: Act) -> Step:
    """The same reviewers, now asked to decide."""
    by_reviewer = act.role is not Role.DECLARANT
    notices = () if by_reviewer else (Notice("decision_needed", act.case.assignee_id, act.case.pool_company_id),)
    return replace(stay(act, act.decided()), decided=act.decision(), notices=notices)


def _fulfil(act: Act) -> Step:
    """The declarant says what they did; the reviewer's decision stands as it was."""
    return rest(act, act.case, act.case.state)


def _end(act: Act) -> Step:
    if act.role is not Role.DECLARANT:
        return rest(act, act.case, State.ENDED, notices=(act.to_declarant("ended"),))
    pools = act.world.org.officers[:1]
    return rest(act, act.case, State.ENDED, notices=tuple(Notice("ended", pool_company_id=company) for company, _ in pools))


def _onward(act: Act, case: Case, *, decided: Decision | None = None) -> Step:
    """To the next review that is left, or to rest."""
    reviews = remaining(case)
    if reviews:
        template = "recorded_prohibited" if case.prohibited else "decision_needed"
        return wait(act, case, reviews, template, assign(reviews[0], case, act.world), decided=decided)
    approvals = {past.action for past in approvals_that_stand(case)}
    state = State.APPROVED if approvals else State.RECORDED
    if Action.APPROVE_WITH_CONDITIONS in approvals:
        state = State.APPROVED_WITH_CONDITIONS
    return rest(act, case, state, decided=decided, notices=(act.to_declarant("decided"),) if decided else ())


_CARRIED_OUT: Mapping[Action, Callable[[Act], Step]] = {
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
    Action.FULFIL: _fulfil,
    Action.END: _end,
}
