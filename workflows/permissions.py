"""May this person do this now? Computed from the table, independence and whose turn it is; asked when a page is shown and again
inside the transaction at the click."""

from workflows import machine
from workflows.case import Actor, Case, Forbidden, Org, Refused, Stale, World
from workflows.deadlines import escalation_due, reminder_due
from workflows.independence import TO_THE_ACTOR, why_not
from workflows.reviews import GIVEN_BACK, asks_advice
from workflows.words import DECIDED, N_, Action, Direction, Review, Role, State

ROLE_FOR: dict[Review, Role] = {
    Review.MANAGER: Role.MANAGER,
    Review.COMPLIANCE: Role.COMPLIANCE_OFFICER,
    Review.EXECUTIVE: Role.EXECUTIVE_REVIEWER,
}
_NOT_ON_ADVICE = frozenset({Action.APPROVE, Action.APPROVE_WITH_CONDITIONS, Action.REFUSE})
_ONLY_ON_ADVICE = frozenset({Action.ADVISE, Action.REQUEST_APPROVAL})
_NEVER_ON_PROHIBITED = frozenset({Action.APPROVE, Action.APPROVE_WITH_CONDITIONS}) | _ONLY_ON_ADVICE


def may(action: Action, case: Case, actor: Actor, world: World) -> None:
    """Nothing, if `actor` may do `action` now. Raises Stale if the case has moved on, Forbidden if it is not theirs to do."""
    acting(action, case, actor, world)


def available(case: Case, actor: Actor, world: World) -> tuple[Action, ...]:
    """Every action open to `actor` now, in the table's order, for pages to offer."""
    return tuple(action for action in Action if _allowed(action, case, actor, world))


def is_turn_of(case: Case, actor: Actor, world: World) -> bool:
    """True if the case waits for `actor`: a reviewer who may decide it, or the declarant who was asked something."""
    return _allowed(Action.SEND_BACK, case, actor, world) or _allowed(Action.ANSWER, case, actor, world)


def acting(action: Action, case: Case, actor: Actor, world: World) -> tuple[Role, int | None]:
    """In which role `actor` does `action`, and on whose behalf. Raises as `may` does."""
    row = machine.row(action, case.state)
    if row is None:
        raise _stale(case)
    if actor.id is None:
        role: tuple[Role, int | None] = _as_clock(row)
    elif actor.id == case.facts.declarant_id and Role.DECLARANT in row.roles:
        role = Role.DECLARANT, None
    elif row.in_turn:
        role = _in_turn(case, actor, world)
    else:
        role = _as_officer(row, case, actor, world)
    _check_content(action, case, role[0], world)
    return role


def _allowed(action: Action, case: Case, actor: Actor, world: World) -> bool:
    try:
        may(action, case, actor, world)
    except Refused:
        return False
    return True


def _stale(case: Case) -> Stale:
    if case.state in DECIDED:
        return Stale("already_decided", N_("This has been decided in the meantime."))
    if case.state is State.WITHDRAWN:
        return Stale("withdrawn", N_("This has been withdrawn in the meantime."))
    return Stale("wrong_state", N_("This is no longer possible, because the declaration has moved on."))


def _as_clock(row: machine.Transition) -> tuple[Role, None]:
    if Role.CLOCK not in row.roles:
        raise Forbidden("not_for_the_clock", N_("Only a person can do this."))
    return Role.CLOCK, None


def _as_officer(row: machine.Transition, case: Case, actor: Actor, world: World) -> tuple[Role, None]:
    """Compliance acting outside a turn of its own, as in reassigning: any officer who has no part in the matter."""
    assert actor.id is not None
    if row.roles <= {Role.DECLARANT, Role.CLOCK}:
        if Role.DECLARANT in row.roles:
            raise Forbidden("not_yours", N_("Only the person who declares it can do this."))
        raise Forbidden("only_the_clock", N_("This happens by itself when it is time."))
    reason = why_not(actor.id, case, world.org)
    if reason and reason != "already_decided":
        raise Forbidden(reason, TO_THE_ACTOR[reason])
    if Role.COMPLIANCE_OFFICER not in actor.roles:
        raise Forbidden("not_compliance", N_("Only a compliance officer of this company can do this."))
    return Role.COMPLIANCE_OFFICER, None


def _in_turn(case: Case, actor: Actor, world: World) -> tuple[Role, int | None]:
    """The reviewer whose turn it is: the assignee, somebody back for whom it was assigned, a stand-in, or one of the pool."""
    assert actor.id is not None
    review = case.review or Review.COMPLIANCE
    reason = why_not(actor.id, case, world.org, review)
    if reason:
        raise Forbidden(reason, TO_THE_ACTOR[reason])
    for principal in _turns(case, actor, world.org):
        if principal == actor.id:
            if role := _own_capacity(review, case, actor):
                return role, None
        elif principal in actor.stands_in_for:
            if _in_capacity(principal, review, world.org) and why_not(principal, case, world.org, review) is None:
                return ROLE_FOR[review], principal
        else:
            raise Forbidden("delegation_over", N_("The substitution under which this came to you has ended."))
    raise Forbidden("not_your_turn", N_("This is waiting for somebody else."))


def _turns(case: Case, actor: Actor, org: Org) -> tuple[int, ...]:
    """For whom `actor` could take this turn, themselves first."""
    assert actor.id is not None
    if case.assignee_id == actor.id:
        return (actor.id if case.assigned_for_id is None else case.assigned_for_id,)
    if case.assigned_for_id == actor.id:
        return (actor.id,)
    if case.assignee_id is not None:
        return (case.assignee_id,) if case.assigned_for_id is None and case.assignee_id in actor.stands_in_for else ()
    return (actor.id, *sorted(actor.stands_in_for.intersection(*[{p for _, people in org.officers for p in people}])))


def _own_capacity(review: Review, case: Case, actor: Actor) -> Role | None:
    """The role `actor` holds for this review today; an officer may do an executive review that fell to the pool."""
    if review is Review.MANAGER:
        return Role.MANAGER
    if ROLE_FOR[review] in actor.roles:
        return ROLE_FOR[review]
    return Role.COMPLIANCE_OFFICER if Role.COMPLIANCE_OFFICER in actor.roles and review is Review.EXECUTIVE else None


def _in_capacity(person_id: int, review: Review, org: Org) -> bool:
    """True if somebody who is stood in for holds the capacity themselves."""
    if review is Review.MANAGER:
        return True
    officer = any(person_id in people for _, people in org.officers)
    return officer if review is Review.COMPLIANCE else officer or person_id in org.executives


def _check_content(action: Action, case: Case, role: Role, world: World) -> None:
    """What this declaration is about rules out some actions, whoever acts."""
    facts, settled = case.facts, case.state in (State.RECORDED, State.APPROVED, State.APPROVED_WITH_CONDITIONS)
    if case.prohibited and action in _NEVER_ON_PROHIBITED:
        raise Forbidden("prohibited", N_("The policy prohibits this, so it cannot be approved. Refuse it and say what to do."))
    if action in _NOT_ON_ADVICE and asks_advice(case):
        raise Forbidden("advice_asked", N_("This asks for advice. Give advice, or turn it into a request for approval first."))
    if action in _ONLY_ON_ADVICE and not asks_advice(case):
        raise Forbidden("no_advice_asked", N_("This does not ask for advice, but for a decision."))
    if action is Action.END and not facts.standing:
        raise Forbidden("not_standing", N_("Only something that lasts, such as an interest, can be ended."))
    if action is Action.WITHDRAW and facts.standing and settled:
        raise Forbidden("end_instead", N_("This is on the register. Say when it ended instead of withdrawing it."))
    happened = facts.occurred_on is None or facts.occurred_on <= world.today
    if action is Action.WITHDRAW and facts.direction is Direction.RECEIVED and happened and facts.disposition not in GIVEN_BACK:
        raise Forbidden("kept", N_("What was received and not given back cannot be withdrawn, only corrected."))
    if role is Role.CLOCK and action is Action.ESCALATE and not escalation_due(case, world.today):
        raise Stale("not_due", N_("This is not overdue."))
    if role is Role.CLOCK and action is Action.REMIND and not reminder_due(case, world):
        raise Stale("not_due", N_("It is too early for a reminder."))
