"""What happens next, told while somebody types: who decides by when, what the policy found, and what else they may do."""

from dataclasses import dataclass
from datetime import date

from flask_babel import ngettext

from declarations import explanations
from declarations.casework import Preview
from declarations.deciding.lines import soon
from declarations.display import _, amount, full_day, number, text
from declarations.explanations import Card
from declarations.filing.listening import Heard
from declarations.labels import label
from declarations.viewer import Viewer
from workflows.case import Step
from workflows.money import Money
from workflows.policy.assessment import Assessment
from workflows.words import N_, Kind, Outcome, Review

REGISTERS = {
    Kind.GIFT: N_("Gift register"),
    Kind.ENTERTAINMENT: N_("Entertainment register"),
    Kind.TRAVEL: N_("Travel register"),
    Kind.INTEREST: N_("Register of interests"),
    Kind.CONFLICT: N_("Conflict register"),
    Kind.DONATION: N_("Donation register"),
}


_ICONS = {"good": "circle-check", "warn": "hourglass", "bad": "ban"}


@dataclass(frozen=True)
class Stop:
    """One line of the way it takes."""

    icon: str
    who: str
    what: str
    family: str = ""


@dataclass(frozen=True)
class Panel:
    """Everything "What happens next" shows. `why` are the findings that decide, `also` those that were found besides.

    `family` is the colour of the answer: fine, ask first or not allowed; none while it depends on what is not answered yet.
    """

    answer: str
    family: str = ""
    stops: tuple[Stop, ...] = ()
    why: tuple[Card, ...] = ()
    also: tuple[Card, ...] = ()
    ways: str = ""
    remarks: tuple[str, ...] = ()
    trifle: bool = False
    begun: bool = True

    @property
    def icon(self) -> str:
        """The picture that goes with the colour."""
        return _ICONS.get(self.family, "")


def panel(heard: Heard, found: Preview, viewer: Viewer, today: date) -> Panel:
    """The panel for what is in the form so far."""
    if not any(name in heard.answers for name in ("counterparty", "what", "worth", "form", "decision", "destination", "role")):
        return Panel(_("Begin, and see here what follows."), begun=False)
    assessment = found.assessment
    depends = "worth" in heard.problems and assessment.outcome < Outcome.MANAGER
    cards = [] if depends else _cards(found, viewer)
    deciding = [number for number, finding in enumerate(assessment.findings) if _decides(finding.outcome, assessment)]
    trifle = assessment.outcome is Outcome.NO_DECLARATION and not heard.wanting
    answer, family = _answer(heard, found, today)
    return Panel(
        answer=answer,
        family=family,
        stops=() if trifle else tuple(_stops(heard, found)),
        why=tuple(cards[number] for number in deciding[:3] if cards),
        also=tuple(card for number, card in enumerate(cards) if number not in deciding[:3]),
        ways=explanations.ways(assessment, heard.facts),
        remarks=tuple(_remarks(heard, found, today)),
        trifle=trifle,
    )


def _cards(found: Preview, viewer: Viewer) -> list[Card]:
    titles = {document.key: text(document.title.by_language) for document in found.world.policy.documents}
    return explanations.of_assessment(found.assessment, viewer, titles)


def _decides(outcome: Outcome, assessment: Assessment) -> bool:
    """Whether a finding is among those that make it as strict as it is."""
    return outcome is assessment.outcome or (outcome >= Outcome.MANAGER and assessment.outcome >= Outcome.MANAGER)


def _answer(heard: Heard, found: Preview, today: date) -> tuple[str, str]:
    """The answer in one sentence, and its colour."""
    outcome, step = found.assessment.outcome, found.step
    if step is None:
        return _("This cannot be declared so yet."), "warn"
    if outcome is Outcome.PROHIBITED:
        finding = found.assessment.findings[0]
        return _("Not allowed: %(what)s", what=text(finding.heading)), "bad"
    if "worth" in heard.problems and outcome < Outcome.MANAGER:
        return _("It depends on what it was worth."), ""
    if heard.open and outcome < Outcome.MANAGER:
        return _("It depends on what your policy asks besides."), ""
    if outcome is Outcome.NO_DECLARATION:
        return _("Nothing to declare."), "good"
    if step.assignment is None or step.due_on is None:
        return _("It is recorded, and that is all."), "good"
    return _turn(step, found, heard, today), "warn"


def _turn(step: Step, found: Preview, heard: Heard, today: date) -> str:
    """Who decides by when, and who after them."""
    assert step.due_on is not None
    near = 0 <= (step.due_on - today).days < 7
    words = {"who": _who(step, found, short=True), "day": full_day(step.due_on, weekday=near, year=False)}
    if heard.facts.wants_advice:
        return _("%(who)s advises you by %(day)s.", **words)
    after = [label("review", review).lower() for review in step.remaining[1:]]
    if after:
        return _("%(who)s decides by %(day)s, then %(after)s.", after=after[0], **words)
    return _("%(who)s decides by %(day)s.", **words)


def _who(step: Step, found: Preview, *, short: bool = False) -> str:
    turn = step.assignment
    assert turn is not None
    if turn.person_id is None:
        return label("review", turn.review)
    name = found.world.org.people[turn.person_id].name
    return name.split(" ")[0] if short else name


def _stops(heard: Heard, found: Preview) -> list[Stop]:
    """You, each review in its order, and the register; none while it cannot be declared."""
    if found.step is None:
        return []
    stops = [Stop("pencil", _("You"), _("say the rest") if heard.wanting else _("declare it today"), "now")]
    step = found.step
    turn = step.assignment
    if turn is not None and step.due_on is not None:
        by = full_day(step.due_on, year=False)
        said = _("decides by %(day)s", day=by)
        if turn.for_id is not None:
            away = found.world.org.people[turn.for_id].name
            said = _("decides for %(name)s, who is away, by %(day)s", name=away, day=by)
        stops.append(Stop(_icon(turn.review), _who(step, found), said, _family(turn.review)))
    stops += [
        Stop(_icon(review), label("review", review), _("looks at it next"), _family(review)) for review in step.remaining[1:]
    ]
    return [*stops, Stop("archive", _(REGISTERS[heard.facts.kind]), _("internal audit reads it"))]


def _icon(review: Review) -> str:
    return {Review.MANAGER: "user", Review.COMPLIANCE: "scale", Review.EXECUTIVE: "landmark"}[review]


def _family(review: Review) -> str:
    return "" if review is Review.MANAGER else "extra"


def _remarks(heard: Heard, found: Preview, today: date) -> list[str]:
    """What else is worth saying: what is missing, that it is late, that it lies ahead, how money was converted."""
    assessment, facts = found.assessment, heard.facts
    said = [_(problem) for problem in assessment.problems]
    if heard.open and assessment.outcome is not Outcome.PROHIBITED:
        words, _hint = heard.open[0].words(heard.direction)
        said.append(_("It may become stricter: “%(question)s” is still open.", question=_(words)))
    if found.step is None and not said and found.sentence:
        said.append(_(found.sentence))
    if assessment.days_late and assessment.outcome is not Outcome.NO_DECLARATION:  # nothing is late that need not be
        said.append(_late(assessment))
    if facts.in_future() and found.step is not None and found.step.assignment is not None and not facts.standing:
        if found.step.urgent_on is not None and found.step.urgent_on <= soon(today):
            said.append(_("It lies ahead, so it goes to the front of the queue. Wait for the answer before you go on."))
        else:
            said.append(_("It lies ahead. Wait for the answer before you go on."))
    if facts.concerns_manager:
        said.append(_("Your manager does not see it."))
    if assessment.without_policy:
        said.append(_("No policy was in force on that day, so compliance looks at it."))
    if converted := explanations.conversion(assessment):
        said.append(converted)
    return said


def _late(assessment: Assessment) -> str:
    """How late it is; a reason is asked for only where a rule asks for one."""
    days = assessment.days_late
    if (assessment.attributes or {}).get("reason_required"):
        return str(
            ngettext("It is %(num)s day late. Say why in your note.", "It is %(num)s days late. Say why in your note.", days)
        )
    return str(ngettext("It is %(many)s day late.", "It is %(many)s days late.", days, many=number(days)))


def met_before(found: Preview, heard: Heard) -> str:
    """What came from this side in the year so far: "Two from Acme Nordic this year, DKK 650 together." Empty if nothing did."""
    if heard.known is None:
        return ""
    year = (heard.facts.occurred_on or heard.facts.filed_on).year
    same = [
        item
        for item in found.world.items
        if item.counts
        and item.kind is heard.facts.kind
        and item.direction is heard.facts.direction
        and item.occurred_on.year == year
    ]
    if not same:
        return ""
    currency = found.world.company.currency
    known = [item.base.minor for item in same if item.base is not None and item.base.currency == currency]
    return str(
        ngettext(
            "%(num)s before with %(name)s this year, %(sum)s.",
            "%(num)s before with %(name)s this year, %(sum)s together.",
            len(same),
            name=heard.known.name,
            sum=amount(Money(sum(known), currency)),
        )
    )
