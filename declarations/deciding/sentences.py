"""A declaration in one sentence, and where it stands in another: what is this, whose turn is it, until when."""

from collections.abc import Mapping, Sequence

from flask_babel import ngettext

from declarations.display import _, day, full_day, number
from declarations.labels import label, what_to_do
from declarations.models import Condition, Declaration
from declarations.viewer import Viewer
from workflows.words import N_, WAITING, Action, Direction, Disposition, Kind, Review, State

_HEADINGS: Mapping[tuple[str, str | None], str] = {
    (Kind.GIFT, Direction.RECEIVED): N_("%(name)s was given “%(title)s” by %(firm)s."),
    (Kind.GIFT, Direction.GIVEN): N_("%(name)s gives “%(title)s” to %(firm)s."),
    (Kind.ENTERTAINMENT, Direction.RECEIVED): N_("%(firm)s invited %(name)s: %(title)s."),
    (Kind.ENTERTAINMENT, Direction.GIVEN): N_("%(name)s invited %(firm)s: %(title)s."),
    (Kind.TRAVEL, Direction.RECEIVED): N_("%(firm)s pays a trip for %(name)s: %(title)s."),
    (Kind.TRAVEL, Direction.GIVEN): N_("%(name)s pays a trip for %(firm)s: %(title)s."),
    (Kind.INTEREST, None): N_("%(name)s has an interest in %(firm)s: %(title)s."),
    (Kind.CONFLICT, None): N_("%(name)s has a conflict of interest: %(title)s."),
    (Kind.DONATION, Direction.GIVEN): N_("%(name)s asks to give to %(firm)s: %(title)s."),
}
_OFFERED = N_("%(name)s was offered “%(title)s” by %(firm)s.")
_DONE: Mapping[str, str] = {
    State.RECORDED: N_("It is recorded; nothing more is needed."),
    State.APPROVED: N_("It is approved."),
    State.APPROVED_WITH_CONDITIONS: N_("It is approved, and its conditions are met."),
    State.WITHDRAWN: N_("It was withdrawn."),
    State.DRAFT: N_("It has not been sent yet."),
}


def heading(row: Declaration, *, mine: bool) -> str:
    """What it is: the bare title to whoever declared it, else a sentence with who and with whom."""
    title = row.title or label("kind", row.kind)
    if mine:
        return title if title.endswith((".", "?")) else f"{title}."
    firm = row.counterparty.name if row.counterparty else _("somebody")
    pattern = _HEADINGS.get((row.kind, row.direction), N_("%(name)s: %(title)s."))
    if row.kind == Kind.GIFT and row.direction == Direction.RECEIVED and row.disposition == Disposition.DECLINED:
        pattern = _OFFERED
    return _(pattern, name=row.declarant.name, title=title.rstrip("."), firm=firm)


def standing(
    row: Declaration,
    viewer: Viewer,
    *,
    turn: bool,
    principal: str,
    conditions: Sequence[Condition],
    asked: str,
    advice: bool = False,
) -> str:
    """Where it stands and whose turn it is. `principal` is for whom the assignee decides, `asked` what a refusal asks for,
    `advice` whether it asks for no more than advice."""
    if row.state in WAITING:
        return _waiting(row, turn=turn, principal=principal, advice=advice)
    if row.state == State.SENT_BACK:
        if viewer.person_id == row.declarant_id:
            return _("Somebody asks you something about it.")
        return _("It waits for %(name)s’s answer.", name=row.declarant.name)
    if row.state == State.REFUSED:
        what = what_to_do(asked, row.direction)
        return _("It was refused. %(what)s.", what=what) if what else _("It was refused.")
    if row.state == State.ENDED:
        return _("It ended on %(day)s.", day=full_day(row.ends_on)) if row.ends_on else _("It has ended.")
    left = [condition for condition in conditions if condition.met_at is None]
    if left:
        first = full_day(left[0].due_on, year=False)
        return str(
            ngettext("One thing is left, by %(day)s.", "%(num)s things are left, the first by %(day)s.", len(left), day=first)
        )
    return _(_DONE.get(State(row.state), ""))


def _waiting(row: Declaration, *, turn: bool, principal: str, advice: bool) -> str:
    by = full_day(row.due_on, weekday=True, year=False) if row.due_on else ""
    if turn and advice:
        return _("Your advice is asked for by %(day)s.", day=by)
    if turn and row.urgent_on is not None:
        return _("It is for %(event)s; yours to decide by %(day)s.", event=day(row.urgent_on), day=by)
    if turn:
        return _("It is yours to decide by %(day)s.", day=by)
    who = decider(row)
    if advice:
        return _("%(who)s gives advice by %(day)s.", who=who, day=by)
    if principal:
        return _("%(who)s decides for %(other)s, who is away, by %(day)s.", who=who, other=principal, day=by)
    return _("%(who)s decides by %(day)s.", who=who, day=by)


def decider(row: Declaration) -> str:
    """Whose turn it is: a name, or the office."""
    if row.assignee is not None:
        return row.assignee.name
    return label("review", Review(row.review).slug) if row.review else label("review", "compliance")


# What is said after an action, before the next one.
DONE: Mapping[Action, str] = {
    Action.APPROVE: N_("Approved."),
    Action.APPROVE_WITH_CONDITIONS: N_("Approved with conditions."),
    Action.REFUSE: N_("Refused."),
    Action.SEND_BACK: N_("Sent back with your question."),
    Action.ANSWER: N_("Your answer is on its way."),
    Action.WITHDRAW: N_("It is withdrawn."),
    Action.ESCALATE: N_("Passed on to a higher reviewer."),
    Action.REASSIGN: N_("Given to another reviewer."),
    Action.REQUEST_APPROVAL: N_("It is a request for approval now."),
    Action.ADVISE: N_("Your advice is given."),
    Action.FULFIL: N_("Recorded. Thank you for seeing to it."),
    Action.END: N_("Its end is recorded."),
}


_WORDS = (
    N_("None"),
    N_("One"),
    N_("Two"),
    N_("Three"),
    N_("Four"),
    N_("Five"),
    N_("Six"),
    N_("Seven"),
    N_("Eight"),
    N_("Nine"),
    N_("Ten"),
    N_("Eleven"),
    N_("Twelve"),
)


def in_words(many: int) -> str:
    """A number that begins a sentence: a word up to twelve, figures above."""
    return _(_WORDS[many]) if many < len(_WORDS) else number(many)


def decisions(many: int) -> str:
    """How many declarations wait for a decision, as a sentence."""
    if many >= 100:
        return _("A hundred declarations and more need your decision.")
    if not many:
        return _("No declarations need your decision.")
    words = in_words(many)
    return str(ngettext("One declaration needs your decision.", "%(many)s declarations need your decision.", many, many=words))
