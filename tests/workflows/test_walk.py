"""Whatever people, substitutes and the clock do in whatever order, the laws hold."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.workflows.cast import (
    ANNA,
    DIRECTOR,
    ERIK,
    EVE,
    GRETA,
    GROUP,
    HEAD,
    MANAGER,
    OLGA,
    ORG,
    OTTO,
    OWN,
    PEOPLE,
    ROUTES,
    SAM,
    TODAY,
    TRAINEE,
    Play,
    away,
    conflict,
    facts,
    gone,
    interest,
    org,
    world,
)
from workflows import Action, Actor, Facts, Inputs, Org, Refused, Role, State, available, safe_default_holds
from workflows.independence import why_not
from workflows.inputs import FILING
from workflows.machine import RESTING, row
from workflows.reviews import APPROVALS, approvals_that_stand, required
from workflows.words import WAITING, Direction, Disposition

ORGS = (
    ORG,
    org(away(MANAGER, SAM)),
    org(away(MANAGER, ANNA), away(EVE, GRETA)),
    org(away(MANAGER, OLGA), away(OLGA, TRAINEE)),
    org(gone(MANAGER), gone(DIRECTOR)),
    org(line=(), executives=(GRETA,)),
    org(officers=((OWN, (MANAGER, OLGA)), (GROUP, (DIRECTOR,))), executives=(HEAD,)),
    org(officers=((OWN, (ANNA, MANAGER)),), executives=(MANAGER, ERIK)),
    org(interested=frozenset({MANAGER, OLGA, OTTO, EVE})),
    org(executives=()),
    org(line=(MANAGER,), officers=((OWN, (OLGA,)),), executives=()),
    org(line=(), officers=(), executives=()),
)

EVERYTHING = Inputs(
    reason="Because.",
    conditions=(("Say so.", TODAY + timedelta(400)),),
    disposition="return_it",
    ended_on=TODAY,
)

declared = st.builds(
    lambda make, country, days, disposition, named, **more: make(
        country, occurred_on=TODAY + timedelta(days), disposition=disposition, named=named, **more
    ),
    st.sampled_from((facts, facts, interest, conflict)),
    st.sampled_from((*ROUTES, "DK")),
    st.sampled_from((-9, 0, 1, 40)),
    st.sampled_from(Disposition),
    st.sampled_from((frozenset(), frozenset({MANAGER}), frozenset({OLGA, EVE}))),
    heads=st.integers(1, 2),
    wants_advice=st.booleans(),
    concerns_manager=st.booleans(),
    title=st.sampled_from(("Lunch", "Supper")),
)


def actors(organisation: Org) -> dict[int | None, Actor]:
    """Everybody, each with the roles and substitutions of the day, and the clock."""
    officers = {person for _, people in organisation.officers for person in people}
    lent = defaultdict(set)
    for person in organisation.people.values():
        lent[person.substitute_id].add(person.id)
    return {None: Actor(None)} | {
        person: Actor(
            person,
            frozenset(
                role
                for role, holds in (
                    (Role.COMPLIANCE_OFFICER, person in officers),
                    (Role.EXECUTIVE_REVIEWER, person in organisation.executives),
                )
                if holds
            ),
            frozenset(lent[person]),
        )
        for person in PEOPLE
    }


class Walk(RuleBasedStateMachine):
    """One declaration, anybody, anything."""

    @initialize(organisation=st.sampled_from(ORGS), first=declared)
    def draft(self, organisation: Org, first: Facts) -> None:
        self.play = Play.draft(first, world(organisation))
        self.everybody = actors(organisation)

    def attempt(self, action: Action, who: int | None, inputs: Inputs, new: Facts | None) -> None:
        before, play = self.play.case, self.play
        if new is not None:
            new = replace(new, kind=before.facts.kind, direction=before.facts.direction)
        try:
            step = play.do(action, self.everybody[who], inputs, new)
        except Refused:
            step = None
        if step is None:
            assert play.case == before
            return
        known = row(action, before.state)
        assert known is not None
        assert step.state in known.targets
        assert step.acting_role in known.roles
        if step.assignment is not None and step.assignment.person_id is not None and action is not Action.REMIND:
            assert why_not(step.assignment.person_id, play.case, play.world.org) is None
        if action is Action.WITHDRAW and before.facts.direction is Direction.RECEIVED:
            ahead = before.facts.occurred_on is not None and before.facts.occurred_on > play.world.today
            assert ahead or before.facts.disposition in (Disposition.RETURNED, Disposition.DECLINED)

    @rule(
        action=st.sampled_from(Action),
        who=st.sampled_from((None, *PEOPLE)),
        to=st.sampled_from(tuple(PEOPLE)),
        new=st.none() | declared,
    )
    def anybody_tries_anything(self, action: Action, who: int | None, to: int, new: Facts | None) -> None:
        self.attempt(action, who, replace(EVERYTHING, to_person_id=to), new)

    @rule(pick=st.integers(0, 999), to=st.sampled_from(tuple(PEOPLE)), new=declared)
    def somebody_does_what_is_open_to_them(self, pick: int, to: int, new: Facts) -> None:
        case, where = self.play.case, self.play.world
        open_to = [(who, action) for who, by in self.everybody.items() for action in available(case, by, where)]
        if open_to:
            who, action = open_to[pick % len(open_to)]
            self.attempt(action, who, replace(EVERYTHING, to_person_id=to), new if action in FILING else None)

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.play.turn(now=self.play.world.now + timedelta(days))

    @invariant()
    def nobody_decides_twice_in_two_roles(self) -> None:
        reviews = defaultdict(set)
        for past in self.play.case.decisions:
            if past.action is not Action.REQUEST_APPROVAL:
                for person in {past.by, past.on_behalf_of} - {None}:
                    reviews[person].add(past.review)
        assert all(len(each) == 1 for each in reviews.values())

    @invariant()
    def nobody_decides_their_own_declaration_nor_for_the_one_they_report_to(self) -> None:
        deciders = {past.by for past in self.play.case.decisions if past.action is not Action.REQUEST_APPROVAL}
        assert not deciders & ({ANNA, TRAINEE} | self.play.world.org.interested)

    @invariant()
    def what_is_prohibited_is_never_approved(self) -> None:
        case = self.play.case
        assert not (case.prohibited and case.state in (State.APPROVED, State.APPROVED_WITH_CONDITIONS))

    @invariant()
    def approved_means_that_every_review_was_passed_on_these_facts(self) -> None:
        case = self.play.case
        if case.state in (State.APPROVED, State.APPROVED_WITH_CONDITIONS):
            passed = approvals_that_stand(case)
            assert passed
            assert {past.action for past in passed} <= APPROVALS
            assert max(past.review for past in passed) >= max(required(case), default=0)

    @invariant()
    def what_waits_has_a_review_a_day_and_somebody(self) -> None:
        case = self.play.case
        if case.state in WAITING:
            assert case.review is not None
            assert case.due_on is not None
            assert (case.assignee_id is None) == (case.pool_company_id is not None)
        else:
            assert (case.review, case.assignee_id, case.pool_company_id) == (None, None, None)

    @invariant()
    def it_can_always_be_brought_to_an_end(self) -> None:
        """By a reviewer, by the declarant who was asked, or by the safe default where nobody independent is left."""
        case, where = self.play.case, self.play.world
        if case.state in RESTING:
            return
        anna = self.everybody[ANNA]
        if case.state is State.DRAFT:
            assert Action.FILE in available(case, anna, where)
        elif case.state is State.SENT_BACK:
            assert Action.ANSWER in available(case, anna, where)
        else:
            others = (by for by in self.everybody.values() if by is not anna)
            decides = any({Action.REFUSE, Action.ADVISE} & set(available(case, by, where)) for by in others)
            assert decides or safe_default_holds(case, where)


Walk.TestCase.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
TestAnyWalk = Walk.TestCase
