"""Amendments that loosen somewhere are all caught, each by a thing that shows it; those that tighten all pass."""

import pytest

from tests.workflows.policy.amending import CODE
from tests.workflows.policy.loosening import LOOSER
from tests.workflows.policy.tightening import TIGHTER
from workflows.policy.assess import assess
from workflows.policy.document import Document
from workflows.policy.in_force import InForce, in_force
from workflows.policy.proof.prove import prove
from workflows.policy.proof.witness import lost


def policies(amendment: Document) -> tuple[InForce, InForce]:
    both = in_force((CODE, amendment), "NL-XX", (), CODE.effective_from)
    return InForce((CODE,)), both


@pytest.mark.parametrize("name", LOOSER)
def test_what_loosens_somewhere_is_refused_by_a_thing_that_shows_it(name: str) -> None:
    proof = prove((CODE, LOOSER[name]))
    assert proof.refusals
    for refusal in proof.refusals:
        shown = refusal.witness
        assert shown is not None
        code, amended = (
            assess(shown.facts, items=shown.items, policy=policy, rates=shown.rates, company=shown.company)
            for policy in policies(LOOSER[name])
        )
        assert lost(code, amended)


@pytest.mark.parametrize("name", TIGHTER)
def test_what_tightens_passes(name: str) -> None:
    assert prove((CODE, TIGHTER[name])).refusals == ()


def test_the_campaign_is_large() -> None:
    assert min(len(LOOSER), len(TIGHTER)) >= 50
