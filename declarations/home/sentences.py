"""The one sentence of the home page: what needs its reader, and the one thing to press first."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import ngettext

from declarations.deciding.sentences import decisions, in_words
from declarations.display import _, day, full_day
from declarations.home.queries import Needs, Overseen
from declarations.viewer import Viewer


@dataclass(frozen=True)
class Greeting:
    """The sentence, its quieter half, and where its button leads; `button` is empty where nothing needs doing."""

    sentence: str
    quiet: str
    button: str = ""
    to: str = ""
    beside: str = ""


def greeting(needs: Needs, viewer: Viewer, overseen: Overseen | None) -> Greeting:
    """What the page says first: what only they can do, then the registers an auditor has not read, then that nothing needs them."""
    name = viewer.first_name
    if not needs.things and overseen is not None and overseen.registers:
        sentence = str(
            ngettext(
                "One register is new to you, %(name)s.",
                "%(num)s registers are new to you, %(name)s.",
                overseen.registers,
                name=name,
            )
        )
        return Greeting(sentence, _("Nothing else needs you."), _("To the registers"), url_for("registers.index"))
    if not needs.things:
        return Greeting(_("Nothing needs you, %(name)s.", name=name), _("Declare what happens; we tell you what follows."))
    if needs.queue.all == needs.things:
        return _decisions(needs)
    many = "100+" if needs.things >= 100 else in_words(needs.things)
    sentence = str(
        ngettext("One thing needs you, %(name)s.", "%(many)s things need you, %(name)s.", needs.things, name=name, many=many)
    )
    return _first(needs, sentence)


def _decisions(needs: Needs) -> Greeting:
    counts = needs.queue
    return Greeting(decisions(counts.all), urgency(needs), _("To the queue"), url_for("deciding.queue"))


def urgency(needs: Needs) -> str:
    """How pressing the decisions are, in up to three short sentences."""
    counts, parts = needs.queue, []
    if counts.tomorrow:
        parts.append(ngettext("One is for an event that is near.", "%(num)s are for events that are near.", counts.tomorrow))
    if counts.today:
        parts.append(ngettext("One is due today.", "%(num)s are due today.", counts.today))
    if counts.overdue:
        parts.append(ngettext("One is overdue.", "%(num)s are overdue.", counts.overdue))
    return " ".join(str(part) for part in parts)


def _first(needs: Needs, sentence: str) -> Greeting:
    """The most pressing thing that is not a decision, and the decisions beside it."""
    beside = ""
    if needs.queue.all:
        beside = str(ngettext("One decision waits for you, too.", "%(num)s decisions wait for you, too.", needs.queue.all))
    if needs.questions:
        asked = needs.questions[0]
        quiet = _("Somebody asks you something about “%(title)s”.", title=asked.title)
        due = _("By %(day)s.", day=full_day(asked.due_on, weekday=True, year=False)) if asked.due_on else ""
        to = url_for("deciding.declaration", public_id=asked.public_id)
        return Greeting(sentence, quiet, _("Answer"), to, " ".join(filter(None, (due, beside))))
    if needs.drafts:
        draft, by = needs.drafts[0]
        quiet = _("%(name)s prepared a declaration for you to sign.", name=by)
        return Greeting(sentence, quiet, _("Read and sign"), url_for("filing.draft", public_id=draft.public_id), beside)
    condition, row = needs.conditions[0]
    quiet = _("A condition of “%(title)s” is due %(day)s.", title=row.title, day=day(condition.due_on))
    return Greeting(sentence, quiet, _("See it"), url_for("deciding.declaration", public_id=row.public_id), beside)
