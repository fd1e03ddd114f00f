"""What may happen to a declaration, in which order, and by whom: each event is held against it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from .events import Event
from .proofs import SLACK, Json
from .report import INCOMPLETE, Report
from .world import World

# fmt: off
WAITING = ("with_manager", "with_compliance", "with_executive")
SETTLED = ("recorded", "approved", "approved_with_conditions")
REVIEWERS: dict[str, tuple[str, ...]] = {
    "with_manager": ("manager",),
    "with_compliance": ("compliance_officer",),
    "with_executive": ("executive_reviewer", "compliance_officer"),
}
REVIEW = {"with_manager": "manager", "with_compliance": "compliance", "with_executive": "executive"}
SAME = ("same",)
Rule = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # from, to, by whom; "reviewer" is whose turn it is
RULES: dict[str, tuple[Rule, ...]] = {
    "filed": ((("draft",), (*WAITING, "recorded"), ("declarant",)),),
    "imported": ((("draft",), ("recorded",), ("compliance_officer", "clock")),),
    "approved": tuple((WAITING[n : n + 1], (*WAITING[n + 1 :], *SETTLED[1:]), ("reviewer",)) for n in range(3)),
    "approved_with_conditions": tuple((WAITING[n : n + 1], (*WAITING[n + 1 :], SETTLED[2]), ("reviewer",)) for n in range(3)),
    "refused": ((WAITING, ("refused",), ("reviewer",)),),
    "sent_back": ((WAITING, ("sent_back",), ("reviewer",)),),
    "advised": ((WAITING, ("recorded",), ("reviewer",)),),
    "approval_requested": ((WAITING, SAME, ("reviewer", "declarant")),),
    "answered": ((("sent_back",), WAITING, ("declarant",)),),
    "corrected": (
        ((*WAITING, *SETTLED), (*WAITING, *SETTLED), ("declarant",)),
        (("sent_back",), WAITING, ("declarant",)),
        (("refused", "ended"), SAME, ("declarant",)),
    ),
    "withdrawn": (((*WAITING, *SETTLED, "sent_back"), ("withdrawn",), ("declarant",)),),
    "escalated": (
        (WAITING[:1], WAITING[1:], ("reviewer", "clock")),
        (WAITING[1:2], WAITING[2:], ("reviewer", "clock")),
        (WAITING[2:], SAME, ("clock",)),
        (SETTLED, WAITING[1:], ("compliance_officer",)),
    ),
    "reassigned": ((WAITING, SAME, ("compliance_officer",)),),
    "reminded": (((*WAITING, "sent_back"), SAME, ("clock",)),),
    "condition_met": (((SETTLED[2],), SAME, ("declarant",)),),
    "ended": ((SETTLED, ("ended",), ("declarant", "compliance_officer")),),
}
# fmt: on


def check_story(chain: list[Event], declarant: int, world: World, report: Report) -> None:
    """One declaration: what happened could happen, and whoever did it was entitled to."""
    state, turn, given = "draft", Json(), dict[int, datetime]()
    decided: dict[int, set[str]] = defaultdict(set)  # by whom, in which reviews
    for event in chain:
        body, public = event.body, event.body["public"]
        where, role, source = f"{public['number']}, event {body['sequence']}", body["role"], body["from"]
        report.unless(source == state, "transition", where, f"begins at {source}, but it stood at {state}")
        rules = [rule for rule in RULES.get(event.action, ()) if source in rule[0]]
        rule = rules[0] if rules else ((), (), ())
        to = (source,) if rule[1] == SAME else rule[1]
        report.unless(body["to"] in to, "transition", where, f"{event.action} does not lead from {source} to {body['to']}")
        in_turn = "reviewer" in rule[2] and role in REVIEWERS.get(source, ())
        report.unless(in_turn or role in rule[2], "entitlement", where, f"{event.action} is not for a {role} to do")
        people = [person for person in (body["actor"], body["for"]) if person is not None]
        for person in people:
            report.unless(person in world.people, "value", where, f"nothing is told of person {person}", INCOMPLETE)
        if role == "clock":
            report.unless(not people, "entitlement", where, "is said to be the clock's, but names a person")
        elif role == "declarant":
            report.unless(people == [declarant], "entitlement", where, "was not done by whoever declared it")
        else:
            for problem in _against(event, source, in_turn, turn, given, declarant, world, decided):
                report.find("entitlement", where, problem)
        if public.get("review"):
            for person in people:
                decided[person].add(public["review"])
        state, turn = body["to"], public
        holder = public.get("assigned_for") or public.get("assignee")
        if holder is not None:
            given.setdefault(holder, event.at)
        report.looked["acts"] += 1


def _against(
    event: Event, source: str, in_turn: bool, turn: Json, given: dict[int, datetime], declarant: int, world: World,
    decided: dict[int, set[str]],
) -> Iterator[str]:  # fmt: skip
    """Why whoever acted as a reviewer or officer was not entitled to."""
    body, at, role = event.body, event.at, event.body["role"]
    actor, principal = body["actor"], body["for"] if body["for"] is not None else body["actor"]
    if actor is None:
        yield f"is said to be a {role}'s, but names nobody"
        return
    if in_turn:
        holder = turn.get("assigned_for") or turn.get("assignee")
        if holder is not None and principal != holder:
            yield "was done by somebody whose turn it was not"
        for person in {actor, principal}:
            if decided[person] - {REVIEW[source]}:
                yield f"person {person} had decided on it before, in another review"
    if principal != actor and not world.stands_in(actor, principal, at):
        yield f"person {actor} did not stand in for person {principal} that day"
    if role == "manager":
        line = world.above(declarant, at) | world.above(declarant, given.get(principal, at))
        if principal not in line:
            yield f"person {principal} was no manager of whoever declared it"
    elif not world.holds(principal, role, body["company"], at):
        yield f"person {principal} was not {role} for this company then"
    if event.action != "imported":
        if declarant in (actor, principal):
            yield "whoever declared it decided it"
        if all(declarant in world.above(actor, at + shift, timedelta(0)) for shift in (-SLACK, timedelta(0), SLACK)):
            yield f"person {actor} reported to whoever declared it"
