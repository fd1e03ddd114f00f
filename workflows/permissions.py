"""May this person do this now? Computed from the table, independence and whose turn it is; asked when a page is shown and again
inside the transaction at the click."""

from workflows import machine
from workflows.case import Actor, Case, Forbidden, Org, Refused, Stale, World
from workflows.deadlines import escalation_due, reminder_due
from workflows.independence import TO_THE_ACTOR, lost_turn, why_not
from workflows.reviews import GIVEN_BACK, asks_advice
from workflows.words import DECIDED, N_, Action, Direction, Review, Role, State

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
    """Compliance acting outside a turn of its own, as in reassigning: any officer who has no part in the matter.

    An import decides nothing, so it may hold the officer's own rows."""
    assert actor.id is not None
    if Role.COMPLIANCE_OFFICER in row.roles & actor.roles:
        reason = None if row.action is Action.IMPORT else why_not(actor.id, case, world.org)
        if reason and reason != "already_decided":
            raise Forbidden(reason, TO_THE_ACTOR[reason])
        return Role.COMPLIANCE_OFFICER, None
    if Role.COMPLIANCE_OFFICER in row.roles:
        raise Forbidden("not_compliance", N_("Only a compliance officer of this company can do this."))
    if Role.DECLARANT in row.roles:
        raise Forbidden("not_yours", N_("Only the person who declares it can do this."))
    raise Forbidden("only_the_clock", N_("This happens by itself when it is time."))


def _in_turn(case: Case, actor: Actor, world: World) -> tuple[Role, int | None]:
    """The reviewer whose turn it is: the assignee, somebody back for whom it was assigned, a stand-in, or one of the pool."""
    assert actor.id is not None
    review = case.review or Review.COMPLIANCE
    reason = why_not(actor.id, case, world.org, review)
    if reason:
        raise Forbidden(reason, TO_THE_ACTOR[reason])
    for principal in _for_whom(case, actor, world.org):
        if principal == actor.id:
            role = _capacity(review, actor.roles)
        else:
            role = _capacity(review, _roles_of(principal, world.org))
            role = None if why_not(principal, case, world.org, review) else role
        if role:
            return role, None if principal == actor.id else principal
    raise Forbidden("not_your_turn", N_("This is waiting for somebody else."))


def _for_whom(case: Case, actor: Actor, org: Org) -> tuple[int, ...]:
    """As whom `actor` could take this turn, themselves first; Forbidden if they could until a substitution ended."""
    assert actor.id is not None
    principal = case.assigned_for_id or case.assignee_id
    if principal is None:
        officers = {person for _, people in org.officers for person in people}
        return (actor.id, *sorted(actor.stands_in_for & officers))
    if principal == actor.id or principal in actor.stands_in_for:
        return (principal,)
    if case.assignee_id == actor.id:
        raise Forbidden("delegation_over", N_("The substitution under which this came to you has ended."))
    return ()


def _capacity(review: Review, roles: frozenset[Role]) -> Role | None:
    """The role in which this review can be done; an officer may do an executive one that nobody independent could take."""
    if review is Review.MANAGER:
        return Role.MANAGER
    able = (Role.EXECUTIVE_REVIEWER, Role.COMPLIANCE_OFFICER) if review is Review.EXECUTIVE else (Role.COMPLIANCE_OFFICER,)
    return next((role for role in able if role in roles), None)


def _roles_of(person_id: int, org: Org) -> frozenset[Role]:
    """What somebody who is stood in for holds themselves."""
    officer = any(person_id in people for _, people in org.officers)
    held = {Role.COMPLIANCE_OFFICER: officer, Role.EXECUTIVE_REVIEWER: person_id in org.executives}
    return frozenset(role for role, holds in held.items() if holds)


def _check_content(action: Action, case: Case, role: Role, world: World) -> None:
    """What this declaration is about rules out some actions, whoever acts."""
    facts, settled = case.facts, case.state in (State.RECORDED, State.APPROVED, State.APPROVED_WITH_CONDITIONS)
    if case.prohibited and action in _NEVER_ON_PROHIBITED:
        raise Forbidden("prohibited", N_("The policy prohibits this, so it cannot be approved. Refuse it and say what to do."))
    if action in _NOT_ON_ADVICE and asks_advice(case) and not case.prohibited:
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
    overdue = escalation_due(case, world.today)
    if role is Role.CLOCK and action is Action.ESCALATE and not overdue and not lost_turn(case, world.org):
        raise Stale("not_due", N_("This is not overdue."))
    if role is Role.CLOCK and action is Action.REMIND and not reminder_due(case, world):
        raise Stale("not_due", N_("It is too early for a reminder."))
