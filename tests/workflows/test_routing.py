"""Whose turn it is: manager, substitute, next manager up, compliance, then an executive reviewer outside the line."""

from dataclasses import replace

import pytest

from tests.workflows.cast import (
    ANNA,
    DIRECTOR,
    ERIK,
    EVE,
    GRETA,
    GROUP,
    HEAD,
    MANAGER,
    NOON,
    OLGA,
    ORG,
    OTTO,
    OWN,
    SAM,
    TRAINEE,
    away,
    conflict,
    facts,
    gone,
    interest,
    org,
    world,
)
from workflows import Action, Assignment, Case, Decision, Facts, Invalid, Org, PassedOver, Review, State
from workflows.routing import assign, back_to_asker, candidates, capable, keep, name, somebody_can


def case(declared: Facts | None = None, review: Review | None = None, **fields: object) -> Case:
    return replace(Case(State.DRAFT, declared or facts()), review=review, **fields)


def routed(organisation: Org = ORG, declared: Facts | None = None, review: Review = Review.MANAGER) -> Assignment:
    return assign(review, case(declared), world(organisation))


def passed(assignment: Assignment) -> dict[int, str]:
    return {each.person_id: each.reason for each in assignment.passed_over}


def test_the_manager_comes_first() -> None:
    assert routed() == Assignment(Review.MANAGER, MANAGER)


def test_while_the_manager_is_away_the_substitute_decides_for_them() -> None:
    assert routed(org(away(MANAGER, SAM))) == Assignment(Review.MANAGER, SAM, for_id=MANAGER)


@pytest.mark.parametrize(
    ("substitute", "changed", "reason"),
    [
        (ANNA, (), "declarant"),
        (TRAINEE, (), "subordinate"),
        (SAM, (gone(SAM),), "inactive"),
        (SAM, (away(SAM, OLGA),), "away"),
    ],
)
def test_a_substitute_who_may_not_decide_gives_way_to_the_next_manager_up(substitute: int, changed: tuple, reason: str) -> None:
    found = routed(org(away(MANAGER, substitute), *changed))
    assert found == Assignment(Review.MANAGER, DIRECTOR, passed_over=(PassedOver(substitute, reason),))


def test_a_manager_who_left_gives_way_to_the_next_one_up() -> None:
    assert routed(org(gone(MANAGER))) == Assignment(Review.MANAGER, DIRECTOR, passed_over=(PassedOver(MANAGER, "inactive"),))


def test_a_manager_with_an_interest_in_the_counterparty_gives_way_and_so_does_their_substitute() -> None:
    found = routed(org(away(MANAGER, SAM), interested=frozenset({MANAGER})))
    assert found == Assignment(Review.MANAGER, DIRECTOR, passed_over=(PassedOver(MANAGER, "interested"),))


def test_a_manager_who_was_at_the_dinner_gives_way_to_the_next_one_up() -> None:
    assert routed(declared=facts(named=frozenset({MANAGER}))).person_id == DIRECTOR


def test_without_an_independent_manager_compliance_does_the_review() -> None:
    found = routed(org(gone(MANAGER), gone(DIRECTOR), gone(HEAD)))
    assert (found.review, found.person_id, found.pool_company_id) == (Review.COMPLIANCE, None, OWN)
    assert passed(found) == dict.fromkeys((MANAGER, DIRECTOR, HEAD), "inactive")


def test_a_conflict_about_the_manager_goes_straight_to_compliance() -> None:
    found = routed(declared=conflict(concerns_manager=True))
    assert found == Assignment(Review.COMPLIANCE, None, None, OWN, (PassedOver(MANAGER, "concerns_manager"),))


@pytest.mark.parametrize("declared", [conflict(named=frozenset({MANAGER})), interest(named=frozenset({MANAGER}))])
def test_a_conflict_or_interest_that_names_the_manager_goes_straight_to_compliance(declared: Facts) -> None:
    assert routed(declared=declared) == Assignment(Review.COMPLIANCE, None, None, OWN, (PassedOver(MANAGER, "named"),))


def test_a_conflict_that_names_a_colleague_goes_to_the_manager() -> None:
    assert routed(declared=conflict(named=frozenset({SAM}))).person_id == MANAGER


def test_a_conflict_about_a_manager_who_does_not_exist_goes_to_compliance() -> None:
    assert routed(org(line=()), conflict(concerns_manager=True)) == Assignment(Review.COMPLIANCE, None, None, OWN)


def test_an_officers_own_declaration_goes_to_another_officer() -> None:
    found = assign(Review.COMPLIANCE, case(facts(declarant_id=OLGA)), world())
    assert found == Assignment(Review.COMPLIANCE, None, None, OWN, (PassedOver(OLGA, "declarant"),))


def test_where_no_officer_of_the_company_is_independent_the_company_above_decides() -> None:
    found = routed(org(interested=frozenset({OLGA, OTTO})), review=Review.COMPLIANCE)
    assert found.pool_company_id == GROUP
    assert passed(found) == {OLGA: "interested", OTTO: "interested"}


def test_where_no_officer_is_independent_an_executive_reviewer_decides() -> None:
    found = routed(org(interested=frozenset({OLGA, OTTO, GRETA})), review=Review.COMPLIANCE)
    assert (found.review, found.person_id) == (Review.EXECUTIVE, EVE)


def test_the_groups_head_has_a_reviewer_outside_the_line() -> None:
    """Everybody but the executive reviewer reports to her."""
    everybody = frozenset(ORG.people) - {HEAD, ERIK}
    found = routed(org(line=(), below=everybody), facts(declarant_id=HEAD))
    assert (found.review, found.person_id) == (Review.EXECUTIVE, ERIK)
    assert set(passed(found).values()) == {"subordinate"}


def test_an_executive_reviewer_outside_the_line_comes_before_one_inside() -> None:
    assert routed(org(executives=(HEAD, EVE)), review=Review.EXECUTIVE).person_id == EVE
    assert routed(org(executives=(HEAD,)), review=Review.EXECUTIVE).person_id == HEAD


def test_an_executive_reviewer_who_is_away_has_a_substitute_too() -> None:
    assert routed(org(away(EVE, SAM)), review=Review.EXECUTIVE) == Assignment(Review.EXECUTIVE, SAM, for_id=EVE)


def test_without_an_executive_reviewer_compliance_decides_in_their_place() -> None:
    found = routed(org(executives=()), review=Review.EXECUTIVE)
    assert (found.review, found.pool_company_id) == (Review.EXECUTIVE, OWN)
    assert somebody_can(found, case(), world(org(executives=())))


def test_with_nobody_independent_at_all_it_waits_in_the_groups_pool() -> None:
    nobody = org(below=frozenset(ORG.people) - {ANNA})
    found = routed(nobody)
    assert (found.review, found.person_id, found.pool_company_id) == (Review.COMPLIANCE, None, GROUP)
    assert len(found.passed_over) == len(set(passed(found))) == 8
    assert not somebody_can(found, case(), world(nobody))


def test_with_no_officer_anywhere_it_waits_in_the_own_companys_pool() -> None:
    assert routed(org(line=(), officers=(), executives=())).pool_company_id == OWN


def test_a_person_it_is_assigned_to_can() -> None:
    assert somebody_can(Assignment(Review.MANAGER, MANAGER), case(), world())


def test_who_hands_it_on_does_not_get_it_back() -> None:
    found = assign(Review.EXECUTIVE, case(), world(), frozenset({EVE}))
    assert found == Assignment(Review.EXECUTIVE, ERIK, passed_over=(PassedOver(EVE, "handed_on"),))


def test_the_manager_who_decided_does_not_decide_again_as_an_officer() -> None:
    """The only officer is also her manager: compliance of the group decides after him."""
    organisation = org(officers=((OWN, (MANAGER,)), (GROUP, (GRETA,))))
    after = case(decisions=(Decision(Review.MANAGER, Action.APPROVE, MANAGER, None, NOON, 1),))
    found = assign(Review.COMPLIANCE, after, world(organisation))
    assert (found.pool_company_id, passed(found)) == (GROUP, {MANAGER: "already_decided"})


@pytest.mark.parametrize(
    ("review", "able"),
    [
        (Review.MANAGER, (MANAGER, DIRECTOR, HEAD)),
        (Review.COMPLIANCE, (OLGA, OTTO, GRETA)),
        (Review.EXECUTIVE, (EVE, ERIK, OLGA, OTTO, GRETA)),
    ],
)
def test_each_review_has_its_capacity(review: Review, able: tuple[int, ...]) -> None:
    assert capable(review, world()) == able


def test_compliance_may_name_another_independent_manager_of_the_line() -> None:
    waiting = case(review=Review.MANAGER, assignee_id=MANAGER)
    assert candidates(waiting, world(org(interested=frozenset({HEAD})))) == (DIRECTOR,)
    assert name(DIRECTOR, waiting, world()) == Assignment(Review.MANAGER, DIRECTOR)


def test_a_named_reviewer_who_is_away_gets_it_by_their_substitute() -> None:
    waiting = case(review=Review.MANAGER, assignee_id=MANAGER)
    assert name(DIRECTOR, waiting, world(org(away(DIRECTOR, SAM)))) == Assignment(Review.MANAGER, SAM, for_id=DIRECTOR)
    assert name(DIRECTOR, waiting, world(org(away(DIRECTOR, ANNA)))) == Assignment(Review.MANAGER, DIRECTOR)


@pytest.mark.parametrize(
    ("person", "code"), [(SAM, "not_in_capacity"), (MANAGER, "already_theirs"), (HEAD, "interested"), (ANNA, "not_in_capacity")]
)
def test_compliance_may_not_name_somebody_unfit(person: int, code: str) -> None:
    waiting = case(review=Review.MANAGER, assignee_id=MANAGER)
    with pytest.raises(Invalid) as refused:
        name(person, waiting, world(org(interested=frozenset({HEAD}))))
    assert refused.value.code == code
    assert set(refused.value.problems) == {"to_person_id"}


def asked(by: int, on_behalf_of: int | None = None) -> Case:
    later = Decision(Review.COMPLIANCE, Action.ESCALATE, OLGA, None, NOON, 1)
    return case(decisions=(Decision(Review.MANAGER, Action.SEND_BACK, by, on_behalf_of, NOON, 1), later))


def test_an_answer_goes_back_to_whoever_asked() -> None:
    assert back_to_asker(asked(DIRECTOR), world()) == Assignment(Review.MANAGER, DIRECTOR)


def test_an_answer_goes_to_the_one_for_whom_it_was_asked_once_they_are_back() -> None:
    assert back_to_asker(asked(SAM, MANAGER), world()) == Assignment(Review.MANAGER, MANAGER)
    assert back_to_asker(asked(SAM, MANAGER), world(org(away(MANAGER, SAM)))) == Assignment(Review.MANAGER, SAM, MANAGER)


@pytest.mark.parametrize("organisation", [org(gone(MANAGER)), org(line=(DIRECTOR,))])
def test_an_answer_does_not_go_back_to_someone_who_may_no_longer_decide(organisation: Org) -> None:
    assert back_to_asker(asked(MANAGER), world(organisation)) is None


def test_nobody_asked() -> None:
    assert back_to_asker(case(), world()) is None


def test_whoever_has_it_keeps_it_while_they_may() -> None:
    waiting = case(review=Review.MANAGER, assignee_id=SAM, assigned_for_id=MANAGER)
    assert keep(waiting, world(org(away(MANAGER, SAM)))) == Assignment(Review.MANAGER, SAM, MANAGER)
    assert keep(waiting, world(org(gone(MANAGER)))) is None
    assert keep(case(review=Review.COMPLIANCE), world()) is None
