"""The record told as a story: each event and what was disclosed with it becomes a sentence in the reader's language.

Outside compliance and audit a replaced reviewer's reason reads "not independent", and why compliance reassigned it is not told.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import explanations, snapshot
from declarations.display import _, full_day
from declarations.labels import label, what_to_do
from declarations.models import Declaration, Disclosure, Event, Filing, Person
from declarations.viewer import Viewer
from workflows.independence import OUTSIDE, REASONS
from workflows.machine import STORY
from workflows.policy.assessment import Assessment
from workflows.words import N_, Outcome, Review, Role


@dataclass(frozen=True)
class Line:
    """One step of the story: an icon and its mood, a sentence and perhaps more of it, when, and what was said."""

    icon: str
    sentence: str
    more: str = ""
    family: str = ""
    at: datetime | None = None
    when: str = ""
    said: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    ahead: bool = False
    ask: bool = False


@dataclass(frozen=True)
class Told:
    """An event as the story needs it: its columns, what stands openly in it, and what was disclosed with it."""

    sequence: int
    action: str
    actor_id: int | None
    on_behalf_of_id: int | None
    role: str
    state: str
    at: datetime
    public: Mapping[str, Any]
    personal: Mapping[str, Any]


_MOODS: Mapping[str, tuple[str, str]] = {
    "declaration:filed": ("pencil", ""),
    "declaration:imported": ("archive-restore", ""),
    "declaration:approved": ("check", "good"),
    "declaration:approved_with_conditions": ("list-checks", "good"),
    "declaration:refused": ("ban", "warn"),
    "declaration:sent_back": ("undo-2", "warn"),
    "declaration:answered": ("message-circle", ""),
    "declaration:corrected": ("pencil-line", ""),
    "declaration:withdrawn": ("x", ""),
    "declaration:escalated": ("arrow-up-right", "info"),
    "declaration:reassigned": ("users", "info"),
    "declaration:reminded": ("bell", ""),
    "declaration:approval_requested": ("scale", ""),
    "declaration:advised": ("message-circle", "good"),
    "declaration:condition_met": ("list-checks", "good"),
    "declaration:ended": ("flag", ""),
}

# The same events told to whoever did them.
_YOU: Mapping[str, str] = {
    "declaration:filed": N_("You declared it."),
    "declaration:approved": N_("You approved it."),
    "declaration:approved_with_conditions": N_("You approved it with conditions."),
    "declaration:refused": N_("You refused it."),
    "declaration:sent_back": N_("You asked for more information."),
    "declaration:answered": N_("You answered."),
    "declaration:corrected": N_("You corrected it."),
    "declaration:withdrawn": N_("You withdrew it."),
    "declaration:escalated": N_("You passed it on to a higher reviewer."),
    "declaration:reassigned": N_("You gave it to another reviewer."),
    "declaration:approval_requested": N_("You turned the request for advice into one for approval."),
    "declaration:advised": N_("You gave advice."),
    "declaration:condition_met": N_("You said that a condition is met."),
    "declaration:ended": N_("You recorded that it has ended."),
}

# … to a reader, where somebody acted for a colleague who was away, or in an office.
_FOR: Mapping[str, str] = {
    "declaration:approved": N_("%(actor)s approved it for %(other)s, who was away."),
    "declaration:approved_with_conditions": N_("%(actor)s approved it with conditions, for %(other)s, who was away."),
    "declaration:refused": N_("%(actor)s refused it for %(other)s, who was away."),
    "declaration:sent_back": N_("%(actor)s asked for more information, for %(other)s, who was away."),
    "declaration:escalated": N_("%(actor)s passed it on to a higher reviewer, for %(other)s, who was away."),
    "declaration:approval_requested": N_("%(actor)s made it a request for approval, for %(other)s, who was away."),
    "declaration:advised": N_("%(actor)s gave advice for %(other)s, who was away."),
}
_COMPLIANCE: Mapping[str, str] = {
    "declaration:approved": N_("%(actor)s approved it for compliance."),
    "declaration:approved_with_conditions": N_("%(actor)s approved it for compliance, with conditions."),
    "declaration:refused": N_("%(actor)s refused it for compliance."),
    "declaration:sent_back": N_("%(actor)s of compliance asked for more information."),
    "declaration:advised": N_("%(actor)s of compliance gave advice."),
}
_EXECUTIVE: Mapping[str, str] = {
    "declaration:approved": N_("%(actor)s approved it as executive reviewer."),
    "declaration:refused": N_("%(actor)s refused it as executive reviewer."),
}
_BY_CLOCK: Mapping[str, str] = {
    "declaration:escalated": N_("It was passed on to a higher reviewer, because nobody had decided in time."),
}
_LOST_TURN = N_("It was passed on, because whoever it waited for can no longer decide it.")


def events_of(session: Session, declaration_id: int, after: int = 0) -> list[Told]:
    """The declaration's events in order, those with a sequence above `after`, each with what it discloses."""
    rows = session.scalars(
        select(Event).where(Event.declaration_id == declaration_id, Event.sequence > after).order_by(Event.sequence)
    ).all()
    disclosed: dict[int, dict[str, Any]] = {row.id: {} for row in rows}
    for row in session.scalars(
        select(Disclosure).where(
            Disclosure.event_id.in_(list(disclosed)), Disclosure.name.in_(("reason", "conditions", "passed_over"))
        )
    ):
        disclosed[row.event_id][row.name] = row.value
    return [
        Told(
            row.sequence,
            row.action,
            row.actor_id,
            row.on_behalf_of_id,
            row.role,
            row.state_to or "",
            row.at,
            json.loads(row.body)["public"],
            disclosed[row.id],
        )
        for row in rows
    ]


def names_in(session: Session, told: Iterable[Told], besides: Iterable[int | None] = ()) -> dict[int, str]:
    """The names of everybody who appears in the events, and of `besides`, in one query."""
    ids: set[int | None] = set(besides)
    for event in told:
        ids |= {event.actor_id, event.on_behalf_of_id, event.public.get("assignee"), event.public.get("assigned_for")}
        ids |= {one["person"] for one in event.personal.get("passed_over", ())}
    known = sorted(i for i in ids if i is not None)
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(known)))}


@dataclass(frozen=True)
class Teller:
    """Tells one declaration's events to one reader. `inside` readers (compliance and audit of its company) read every reason."""

    viewer: Viewer
    names: Mapping[int, str]
    inside: bool
    filings: Mapping[int, Assessment]  # by filing sequence
    corrections: Mapping[int, tuple[str, ...]]  # by filing sequence: what differs from the one before
    prepared_by: str = ""
    direction: str | None = None

    def tell(self, told: Sequence[Told]) -> list[Line]:
        """All lines, oldest first."""
        return [
            line for position, event in enumerate(told) for line in self._lines(event, told[position - 1] if position else None)
        ]

    def sentence(self, event: Told, before: Told | None = None) -> str:
        """The event's own sentence; `before` is the event before it."""
        if event.actor_id is None and event.action == "declaration:escalated" and before and _lost_turn(event, before):
            return _(_LOST_TURN)
        if event.actor_id is None:
            return _(_BY_CLOCK.get(event.action, STORY[event.action]), actor=_("The clock"))
        if event.actor_id == self.viewer.person_id and event.action in _YOU and event.on_behalf_of_id is None:
            return _(_YOU[event.action])
        actor = self._name(event.actor_id)
        if event.on_behalf_of_id is not None and event.action in _FOR:
            return _(_FOR[event.action], actor=actor, other=self._name(event.on_behalf_of_id))
        in_office = {Role.COMPLIANCE_OFFICER: _COMPLIANCE, Role.EXECUTIVE_REVIEWER: _EXECUTIVE}.get(Role(event.role), {})
        return _(in_office.get(event.action, STORY[event.action]), actor=actor)

    def _lines(self, event: Told, before: Told | None) -> Iterator[Line]:
        icon, family = _MOODS.get(event.action, ("circle", ""))
        yield Line(icon, self.sentence(event, before), self._more(event), family, event.at, said=tuple(self._said(event)))
        filing = int(event.public.get("filing") or 0)
        filed_anew = before is None or before.public.get("filing") != filing
        if filed_anew and filing in self.filings and event.action != "declaration:imported":
            yield self._policy(self.filings[filing], event.at)
        if line := self._turn(event, before):
            yield line

    def _more(self, event: Told) -> str:
        what = what_to_do(event.public.get("told_to") or "", self.direction)
        if what:
            return _("What to do: %(what)s.", what=what)
        if event.action == "declaration:ended" and event.public.get("ended_on"):
            return _("It ended on %(day)s.", day=full_day(date.fromisoformat(event.public["ended_on"])))
        if event.action == "declaration:filed" and self.prepared_by:
            return _("%(name)s had prepared it.", name=self.prepared_by)
        return ""

    def _said(self, event: Told) -> Iterator[str]:
        private = event.action == "declaration:reassigned" and not self.inside and event.actor_id != self.viewer.person_id
        if event.personal.get("reason") and not private:
            yield str(event.personal["reason"])
        for condition in event.personal.get("conditions", ()):
            yield _("%(what)s By %(day)s.", what=f"{condition['text']}\n", day=full_day(date.fromisoformat(condition["due_on"])))
        yield from self.corrections.get(event.public.get("filing", 0), ()) if event.action == "declaration:corrected" else ()

    def _policy(self, assessment: Assessment, at: datetime) -> Line:
        """What the policy answered to a filing."""
        deciding = tuple(dict.fromkeys(f.clause for f in assessment.findings if f.outcome >= Outcome.MANAGER))[:2]
        more = explanations.short(assessment)
        if assessment.outcome is Outcome.PROHIBITED:
            return Line("scale", _("The policy does not allow it."), more, "warn", at, clauses=deciding)
        if assessment.without_policy:
            return Line("scale", _("No policy was in force on that day."), at=at)
        reviews = tuple(assessment.reviews)
        if not reviews:
            return Line("scale", _("The policy asks nobody to decide."), at=at)
        sentence = {
            (Review.MANAGER,): _("The policy asks for the manager’s decision."),
            (Review.COMPLIANCE,): _("The policy asks for compliance’s decision."),
            (Review.MANAGER, Review.COMPLIANCE): _("The policy asks for two decisions, the manager’s and compliance’s."),
        }.get(reviews, _("The policy asks for an executive reviewer’s decision as well."))
        return Line("scale", sentence, more, at=at, clauses=deciding)

    def _turn(self, event: Told, before: Told | None) -> Line | None:
        """Whose turn it became, if that changed, and who was passed over."""
        now = _holder(event)
        if now is None or (before is not None and now == _holder(before)):
            return None
        person, principal, _pool, review = now
        over = tuple(self._passed_over(event))
        if person is None:
            office = label("review", review)
            return Line(
                "users",
                _("It went to compliance.") if review == "compliance" else _("It went on: %(who)s.", who=office),
                " ".join(over),
                "info",
                event.at,
            )
        if principal is not None:
            words = {"who": self._name(person), "other": self._name(principal)}
            sentence = (
                _("It came to you, because %(other)s is away.", **words)
                if person == self.viewer.person_id
                else _("It went to %(who)s, because %(other)s is away.", **words)
            )
            return Line("users", sentence, " ".join(over), "info", event.at)
        sentence = _("It came to you.") if person == self.viewer.person_id else _("It went to %(who)s.", who=self._name(person))
        return Line("user", sentence, " ".join(over), "info" if over else "", event.at)

    def _passed_over(self, event: Told) -> Iterator[str]:
        for one in event.personal.get("passed_over", ()):
            reason = REASONS.get(one["reason"], OUTSIDE)
            if self.inside:
                yield _("%(name)s was passed over: %(reason)s", name=self._name(one["person"]), reason=_(reason))
            elif one["person"] == self.viewer.person_id:
                continue
            else:
                yield _("%(name)s was passed over: %(reason)s.", name=self._name(one["person"]), reason=_(OUTSIDE))

    def _name(self, person_id: int | None) -> str:
        return self.names.get(person_id or 0, _("Somebody"))


def _lost_turn(event: Told, before: Told) -> bool:
    """True if somebody it waited for before was passed over as one who may not decide it, and not as one who let it lie."""
    holders = (before.public.get("assignee"), before.public.get("assigned_for"))
    return any(one["person"] in holders and one["reason"] != "handed_on" for one in event.personal.get("passed_over", ()))


def _holder(event: Told) -> tuple[int | None, int | None, int | None, str] | None:
    public = event.public
    if public.get("turn") is None:
        return None
    return public.get("assignee"), public.get("assigned_for"), public.get("pool"), public["turn"]


def assessments(filings: Iterable[Filing]) -> dict[int, Assessment]:
    """Each filing's assessment by its sequence."""
    return {filing.sequence: snapshot.assessment_from(filing.assessment) for filing in filings}


def is_inside(viewer: Viewer, declaration: Declaration) -> bool:
    """True for compliance and audit of the declaration's company, save on their own declaration."""
    if viewer.person_id == declaration.declarant_id:
        return False
    return any(viewer.holds(role, declaration.company_id) for role in (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR))
