"""The queue, the one page of a declaration, every decision and action on it, and who decides while one is away."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from declarations import casework
from declarations.access import EMPLOYEE, admits, me
from declarations.deciding import changed, commands, queries
from declarations.deciding import queue as lists
from declarations.deciding.forms import FORMS, ActForm, ConditionsForm, EndSubstituteForm, SubstituteForm
from declarations.deciding.page import REVIEWING, DeclarationPage, page_for
from declarations.deciding.sentences import DONE, decisions, in_words
from declarations.display import _, today
from declarations.errors import Changed, NotFound
from declarations.extensions import db
from workflows.case import Inputs, Invalid, Stale
from workflows.words import Action

blueprint = Blueprint("deciding", __name__)


@blueprint.get("/queue")
@admits(EMPLOYEE)
def queue() -> str:
    """What waits for the reader; `show` is a list beside it, `person` somebody they decide for, `find` part of a name."""
    show, find, after = (request.args.get(name, "") for name in ("show", "find", "after"))
    viewer, here, session = me(), today(), db.session()
    for_id = request.args.get("person", type=int)
    if for_id not in viewer.stands_in_for:
        for_id = None
    if show == lists.WAITS:
        listing = lists.waiting_on_others(session, viewer, here, find=find)
    elif show == lists.DECIDED:
        listing = lists.decided(session, viewer, here, find=find, after=after)
    else:
        show = ""
        listing = lists.to_decide(session, viewer, here, for_id=for_id, find=find, after=after)
    counts = lists.counts(session, viewer, here)
    return render_template(
        "deciding/queue.html",
        listing=listing,
        counts=counts,
        sentence=decisions(counts.all),
        stand_ins=[pair for pair in queries.standing_in(session, viewer, here) if pair[0].first_on <= here],
        show=show,
        for_id=for_id,
        find=find,
        first=not after,
    )


@blueprint.get("/declarations/<public_id>")
@admits(EMPLOYEE)
def declaration(public_id: str) -> ResponseReturnValue:
    """A declaration: what it is, whose turn it is, what the policy says, what happened, and what the reader can do."""
    page = page_for(db.session(), me(), public_id, today())
    return _show(page, _forms(page))


@blueprint.post("/declarations/<public_id>/<action>")
@admits(EMPLOYEE)
def act(public_id: str, action: str) -> ResponseReturnValue:
    """Do what was clicked; what was typed comes back if it does not do, and a page that has changed says how."""
    wanted = Action(action) if action in list(Action) else None
    if wanted is None or wanted not in FORMS:
        raise NotFound
    before = page_for(db.session(), me(), public_id, today())
    forms = _forms(before, wanted)
    form = forms[wanted]
    if "look" in request.form:  # from the page that told them it had changed: nothing is done, what they wrote stands there
        return _show(before, forms, wanted)
    inputs = _inputs(form) if form.validate_on_submit() else None
    if inputs is None:
        return _show(before, forms, wanted), 422
    try:
        casework.act(
            casework.Act(
                public_id=public_id,
                action=wanted,
                actor=me(),
                seen_version=form.version.data,
                seen_digest=form.seen.data or None,
                inputs=inputs,
            )
        )
    except (Changed, Stale) as refusal:
        return _changed(public_id, form.version.data, refusal, _written(form))
    except Invalid as refusal:
        _tell(form, refusal)
        return _show(page_for(db.session(), me(), public_id, today()), forms, wanted), 422
    return _onward(before, wanted)


def _forms(page: DeclarationPage, sent: Action | None = None) -> dict[Action, Any]:
    """One form for each action; only the one that was sent holds what was typed."""
    forms: dict[Action, Any] = {action: kind() if action is sent else kind(formdata=None) for action, kind in FORMS.items()}
    forms[Action.REFUSE].offer(page.told_to)
    forms[Action.REASSIGN].offer(page.reassign_to)
    forms[Action.FULFIL].offer({condition.id: condition.text for condition in page.conditions if condition.met_at is None})
    return forms


def _inputs(form: Any) -> Inputs | None:
    """What was typed; None where a condition lacks its day or its words."""
    data = form.data
    conditions: tuple[Any, ...] = ()
    if isinstance(form, ConditionsForm):
        conditions = form.conditions()
        if form.wrong:
            return None
    return Inputs(
        reason=(data.get("reason") or "").strip(),
        conditions=conditions,
        disposition=data.get("disposition"),
        to_person_id=data.get("to_person_id"),
        ended_on=data.get("ended_on"),
        condition_id=data.get("condition_id"),
    )


def _tell(form: ActForm, refusal: Invalid) -> None:
    """Each sentence beside the field it is about; what is about none of them stands at the top."""
    fields = {"conditions": "text0", "condition": "condition_id"}
    for name, sentence in refusal.problems.items():
        field = fields.get(name, name)
        if field in form:
            form[field].errors = [*form[field].errors, _(sentence)]
        else:
            form.form_errors.append(_(sentence))
    if not refusal.problems:
        form.form_errors.append(_(refusal.sentence))


def _show(page: DeclarationPage, forms: dict[Action, Any], opened: Action | None = None) -> str:
    return render_template(
        "deciding/declaration.html",
        page=page,
        forms={action.value: form for action, form in forms.items()},
        opened=opened.value if opened else "",
        in_words=in_words,
    )


def _written(form: ActForm) -> dict[str, str]:
    """What somebody typed or picked, by field; not what the page itself had put there."""
    own = {"version", "seen", "csrf_token"}
    return {name: text for name in form._fields if name not in own and (text := request.form.get(name, "").strip())}


def _changed(public_id: str, version: int, refusal: Stale, written: dict[str, str]) -> ResponseReturnValue:
    """What differs between what the reader saw and what there is now, and what they had written.

    Raises NotFound if it is no longer theirs to see.
    """
    page = page_for(db.session(), me(), public_id, today())
    since = changed.since(db.session(), me(), page, version)
    return render_template("deciding/changed.html", page=page, since=since, written=written, sentence=_(refusal.sentence)), 409


def _onward(before: DeclarationPage, action: Action) -> ResponseReturnValue:
    """After a decision to the next in the queue, after anything else back to the declaration."""
    said = _(DONE[action])
    if action not in REVIEWING or not before.turn or action is Action.REQUEST_APPROVAL:
        flash(said, "good")
        return redirect(url_for("deciding.declaration", public_id=before.row.public_id), 303)
    try:
        following = queries.declaration_for(db.session(), me(), before.place.after) if before.place.after else None
    except NotFound:
        following = None
    if following is None:
        flash(_("%(done)s Nothing else waits for you.", done=said), "good")
        return redirect(url_for("deciding.queue"), 303)
    flash(_("%(done)s Next: %(title)s.", done=said, title=following.title), "good")
    return redirect(url_for("deciding.declaration", public_id=following.public_id), 303)


@blueprint.route("/substitute", methods=["GET", "POST"])
@admits(EMPLOYEE)
def substitute() -> ResponseReturnValue:
    """Who decides while the reader is away."""
    form = SubstituteForm()
    if form.validate_on_submit():
        person = queries.colleague(db.session(), form.who.data or "", today())
        if person is None:
            form.who.errors = [*form.who.errors, _("We know no colleague of that name. Write their e-mail address.")]
            return _substitutes(form), 422
        try:
            commands.set_substitute(
                person=me(),
                substitute_id=person.id,
                first_on=form.first_on.data or today(),
                last_on=form.last_on.data or today(),
                today=today(),
            )
        except Invalid as refusal:
            for name, sentence in refusal.problems.items():
                form[name].errors = [*form[name].errors, _(sentence)]
            return _substitutes(form), 422
        flash(_("Your substitute is set."), "good")
        return redirect(url_for("deciding.substitute"), 303)
    return _substitutes(form), 422 if request.method == "POST" else 200


@blueprint.post("/substitute/end")
@admits(EMPLOYEE)
def end_substitute() -> ResponseReturnValue:
    """Back earlier than planned."""
    form = EndSubstituteForm()
    if not form.validate_on_submit():
        raise NotFound
    commands.end_substitute(person=me(), delegation_id=form.delegation.data or 0)
    flash(_("You decide yourself again."), "good")
    return redirect(url_for("deciding.substitute"), 303)


def _substitutes(form: SubstituteForm) -> str:
    return render_template(
        "deciding/substitute.html",
        form=form,
        own=queries.own_delegations(db.session(), me(), today()),
        others=queries.standing_in(db.session(), me(), today()),
        ending=EndSubstituteForm(formdata=None),
    )
