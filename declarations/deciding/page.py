"""Everything the one page of a declaration shows to one reader, gathered once; the page itself only lays it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from declarations import alternatives, casework, clock, explanations, rechecked, stories, world
from declarations.deciding import declared, history, queries, queue, sentences
from declarations.deciding.declared import Fact
from declarations.deciding.history import History
from declarations.deciding.queue import Place
from declarations.display import _, full_day, listed, text
from declarations.evidence import receipts
from declarations.evidence.receipts import Summary
from declarations.explanations import Card
from declarations.labels import label, told_to
from declarations.models import Attachment, Condition, Declaration, Filing
from declarations.stories import Line, Told
from declarations.viewer import Viewer
from workflows import advance, asks_advice, available, may, safe_default, safe_default_holds
from workflows.case import Actor, Case, Refused, Stale, World
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import day_in_force
from workflows.routing import candidates
from workflows.words import WAITING, Action, Outcome, Review, State

REVIEWING = (
    Action.APPROVE,
    Action.APPROVE_WITH_CONDITIONS,
    Action.ADVISE,
    Action.REQUEST_APPROVAL,
    Action.SEND_BACK,
    Action.ESCALATE,
    Action.REFUSE,
)


@dataclass(frozen=True)
class DeclarationPage:
    """One declaration as one reader sees it."""

    row: Declaration
    heading: str
    standing: str
    mine: bool
    turn: bool
    inside: bool
    principal: str
    facts: Sequence[Fact]
    earlier: Sequence[tuple[Filing, Sequence[Fact]]]
    assessment: Assessment
    cards: Sequence[Card]
    what_if: Sequence[str]  # for reviewers only
    story: Sequence[Line]
    files: Sequence[tuple[Attachment, str]]
    conditions: Sequence[Condition]
    person: History | None
    firm: History | None
    who_sees: str
    actions: frozenset[Action]
    afterwards: str
    recorded_as: str
    reassign_to: Mapping[int, str]
    told_to: Mapping[str, str]
    safe: str
    until_then: str
    ways: str  # what the declarant may lawfully do instead, while it waits
    prohibited: bool
    place: Place
    seen: str
    asked: str = ""
    not_withdrawn: str = ""  # why whoever declared it cannot withdraw it, where its content is why
    receipt: Summary | None = None  # for whoever declared it

    @property
    def own_doors(self) -> bool:
        """True if there is something to do besides deciding and answering."""
        mine = {Action.CORRECT, Action.WITHDRAW, Action.REQUEST_APPROVAL} if self.mine else frozenset()
        return self.can_fulfil or bool(self.not_withdrawn) or bool(self.actions & ({Action.END} | mine))

    @property
    def can_fulfil(self) -> bool:
        """True if the viewer can say that a condition is met."""
        return Action.FULFIL in self.actions and any(condition.met_at is None for condition in self.conditions)


def page_for(session: Session, viewer: Viewer, public_id: str, today: date) -> DeclarationPage:
    """The page of a declaration the viewer may open. Raises NotFound."""
    row = queries.declaration_for(session, viewer, public_id)
    filings = queries.filings_of(session, row.id)
    case = world.case_of(session, row)
    around = world.world_around(session, row, case.facts, clock.now())
    actor = casework.actor_for(viewer, row)
    actions = frozenset(available(case, actor, around))
    mine = viewer.person_id == row.declarant_id
    turn = not mine and Action.SEND_BACK in actions
    told = stories.events_of(session, row.id)
    names = stories.names_in(session, told, _people(row, case))
    lines = [declared.facts_of(filing, row.counterparty, names) for filing in filings]
    teller = _teller(viewer, row, filings, lines, names)
    conditions = queries.conditions_of(session, row.id)
    reviewing = turn or teller.inside
    assert case.assessment is not None
    return DeclarationPage(
        row=row,
        heading=sentences.heading(row, mine=mine),
        standing=sentences.standing(
            row,
            viewer,
            turn=turn,
            principal=names.get(row.assigned_for_id or 0, ""),
            conditions=conditions,
            asked=_told_to(told),
            advice=asks_advice(case),
        ),
        mine=mine,
        turn=turn,
        inside=teller.inside,
        principal=_principal(row, viewer, names),
        facts=lines[-1],
        earlier=[(filing, facts) for filing, facts in zip(filings, lines, strict=True)][:-1],
        assessment=case.assessment,
        cards=explanations.of_assessment(case.assessment, viewer, _titles(session, row, case)),
        what_if=alternatives.sentences(alternatives.of_case(session, case, around)) if reviewing and not mine else (),
        story=[
            *sorted(
                [*teller.tell(told), *rechecked.lines(session, viewer, row.id, inside=teller.inside)],
                key=lambda line: line.at or row.filed_at,
            ),
            *_ahead(row, case, conditions, names, mine=mine, turn=turn),
        ],
        files=queries.files_of(session, row.id),
        conditions=conditions,
        person=history.of_person(session, viewer, row, today) if reviewing else None,
        firm=history.of_counterparty(session, viewer, row, today) if reviewing else None,
        who_sees=_who_sees(row, case, names, viewer),
        actions=actions,
        afterwards=_afterwards(case, actor, around) if turn else "",
        recorded_as=_recorded_as(row, viewer, names) if turn else "",
        reassign_to=_others(case, around) if Action.REASSIGN in actions else {},
        told_to=_may_be_told(row),
        safe=_(safe_default(case)) if safe_default_holds(case, around) else "",
        until_then=_(safe_default(case)) if mine and row.state in WAITING and not case.facts.wants_advice else "",
        ways=explanations.ways(case.assessment, case.facts) if mine and row.state in WAITING else "",
        prohibited=case.prohibited,
        place=queue.place_of(session, viewer, row, today) if turn else Place(0, 0, "", ""),
        seen=casework.seen(session, row),
        asked=_question(told) if row.state == State.SENT_BACK else "",
        not_withdrawn=_not_withdrawn(case, actor, around) if mine and row.state not in (State.WITHDRAWN, State.ENDED) else "",
        receipt=receipts.summary(session, row.id) if mine else None,
    )


def _people(row: Declaration, case: Case) -> list[int | None]:
    deciders = [person for past in case.decisions for person in (past.by, past.on_behalf_of)]
    return [row.declarant_id, row.assignee_id, row.assigned_for_id, row.prepared_by_id, *case.facts.named, *deciders]


def _teller(
    viewer: Viewer, row: Declaration, filings: Sequence[Filing], lines: Sequence[list[Fact]], names: Mapping[int, str]
) -> stories.Teller:
    corrections = {
        filing.sequence: tuple(declared.differences(before, now))
        for filing, before, now in zip(filings[1:], lines[:-1], lines[1:], strict=True)
    }
    return stories.Teller(
        viewer=viewer,
        names=names,
        inside=stories.is_inside(viewer, row),
        filings=stories.assessments(filings),
        corrections=corrections,
        prepared_by=names.get(row.prepared_by_id or 0, ""),
        direction=row.direction,
    )


def _titles(session: Session, row: Declaration, case: Case) -> dict[str, str]:
    """The titles of the documents the findings cite, in force on the filing's day."""
    line = world.companies_above(session, row.company_id)
    held = world.policy_of(session, row.declarant_id, line, day_in_force(case.facts))
    return {document.key: text(document.title.by_language) for document in held.documents}


def _told_to(told: Sequence[Told]) -> str:
    return next((str(event.public["told_to"]) for event in reversed(told) if event.public.get("told_to")), "")


def _question(told: Sequence[Told]) -> str:
    """What the reviewer who sent it back last wants to know."""
    return next((str(e.personal.get("reason", "")) for e in reversed(told) if e.action == "declaration:sent_back"), "")


def _principal(row: Declaration, viewer: Viewer, names: Mapping[int, str]) -> str:
    """For whom the viewer would act, if for somebody else."""
    for person in (row.assigned_for_id, row.assignee_id):
        if person is not None and person in viewer.stands_in_for:
            return names.get(person, "")
    return ""


def _recorded_as(row: Declaration, viewer: Viewer, names: Mapping[int, str]) -> str:
    principal = _principal(row, viewer, names)
    return _("%(name)s, for %(other)s", name=viewer.name, other=principal) if principal else viewer.name


def _afterwards(case: Case, actor: Actor, around: World) -> str:
    """What follows an approval, found by asking the one door."""
    try:
        step = advance(case, Action.APPROVE, actor, around)
    except Refused:
        return ""
    if step.assignment is None:
        return _("If you approve, it is approved.")
    if step.assignment.person_id is not None and step.assignment.person_id in around.org.people:
        return _("If you approve, %(name)s decides next.", name=around.org.people[step.assignment.person_id].name)
    return _("If you approve, compliance decides next.")


def _others(case: Case, around: World) -> dict[int, str]:
    """Whom it could be given to, by name."""
    return {person: around.org.people[person].name for person in candidates(case, around) if person in around.org.people}


def _may_be_told(row: Declaration) -> dict[str, str]:
    """What a refusal can ask for, in the words for what came to us, went from us or lasts; what lies ahead is declined first."""
    words = told_to(row.direction)
    ahead = row.urgent_on is not None or row.direction is None
    return {slug: _(words[slug]) for slug in sorted(words, key=lambda slug: slug != ("decline_it" if ahead else "return_it"))}


def _who_sees(row: Declaration, case: Case, names: Mapping[int, str], viewer: Viewer) -> str:
    """Everybody who can open it, in one sentence."""
    people = [row.declarant_id, row.assignee_id, row.assigned_for_id]
    people += [person for past in case.decisions for person in (past.by, past.on_behalf_of)]
    shown = [_("you") if person == viewer.person_id else names.get(person or 0, "") for person in dict.fromkeys(people) if person]
    everybody = [*[name for name in shown if name], _("compliance"), _("internal audit")]
    sentence = _("%(who)s. Nobody else.", who=listed(everybody))
    return sentence[:1].upper() + sentence[1:]


def _ahead(
    row: Declaration, case: Case, conditions: Sequence[Condition], names: Mapping[int, str], *, mine: bool, turn: bool
) -> list[Line]:
    """What is still to come."""
    lines: list[Line] = []
    by = _("By %(day)s", day=full_day(row.due_on, weekday=True, year=False)) if row.due_on else ""
    if row.state in WAITING:
        who = sentences.decider(row)
        after = [label("review", review).lower() for review in _later(case)]
        sentence = _("You decide.") if turn else _("%(who)s decides.", who=who)
        if asks_advice(case):
            sentence = _("You give advice.") if turn else _("%(who)s gives advice.", who=who)
        more = _("Then %(who)s.", who=listed(after)) if after else ""
        lines.append(Line("hourglass", sentence, more, when=by, ahead=True))
    elif row.state == State.SENT_BACK:
        sentence = _("Your turn: answer the question.") if mine else _("%(who)s answers.", who=row.declarant.name)
        lines.append(Line("message-circle", sentence, when=by, ahead=True, ask=mine))
    for condition in conditions:
        if condition.met_at is None:
            due = _("By %(day)s", day=full_day(condition.due_on, weekday=True, year=False))
            owner = _("Still to do.") if mine else _("Still to do by %(who)s.", who=names.get(condition.owner_id, ""))
            lines.append(Line("list-checks", owner, condition.text, when=due, ahead=True))
    return lines


def _not_withdrawn(case: Case, actor: Actor, around: World) -> str:
    """The reason in what was declared that keeps it from being withdrawn; empty if it can be, or if its state is the reason."""
    try:
        may(Action.WITHDRAW, case, actor, around)
    except Stale:
        return ""
    except Refused as refusal:
        return _(refusal.sentence)
    return ""


def _later(case: Case) -> list[Review]:
    """The reviews after the present one."""
    if case.assessment is None or case.review is None or case.assessment.outcome is Outcome.PROHIBITED:
        return []
    return [review for review in case.assessment.reviews if review > case.review]
