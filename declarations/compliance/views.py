"""Compliance sees thresholds before they break: the overview, the search, people and counterparties, and linking with a reason."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from declarations.access import admits, me
from declarations.circumstances import classes_named
from declarations.compliance import commands, firms, linking, reopened, sentences, settling
from declarations.compliance.by_value import by_value
from declarations.compliance.forms import CorrectForm, LinkForm, ReasonForm, SettleForm
from declarations.compliance.lately import lately
from declarations.compliance.near import near_limits
from declarations.compliance.overview import overview as everything
from declarations.compliance.pages import firm_page, person_page
from declarations.compliance.reach import Reach, companies_of, reach_of
from declarations.compliance.search import search as look
from declarations.compliance.wanted import OUTCOMES, STATES, WAITING, wanted
from declarations.display import _, today
from declarations.errors import Changed, NotFound
from declarations.extensions import db
from declarations.labels import LABELS, label
from declarations.policy_drafts.queries import to_sign
from workflows.case import Forbidden, Invalid, Refused, Stale
from workflows.words import CounterpartyClass, Kind, Role

blueprint = Blueprint("compliance", __name__)
OVERSEERS = (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """The room's sentences, for its templates."""
    return {"say": sentences}


def _reach() -> Reach:
    return reach_of(db.session(), me())


@blueprint.get("/compliance")
@admits(*OVERSEERS)
def overview() -> str:
    """What needs the reader, who is late, which totals near a limit, who gives most, and what is worth a look."""
    page = everything(db.session(), me(), _reach(), today())
    return render_template(
        "compliance/overview.html",
        page=page,
        heading=sentences.heading(page, me()),
        besides=sentences.besides(page),
        to_sign=to_sign(db.session(), me(), today()),
    )


@blueprint.get("/compliance/limits")
@admits(*OVERSEERS)
def limits() -> str:
    """Every total from 70 percent of its limit."""
    found = near_limits(db.session(), _reach(), today())
    return render_template("compliance/limits.html", near=found.standings, found=found)


@blueprint.get("/compliance/rechecks")
@admits(*OVERSEERS)
def rechecks() -> str:
    """What late entries re-opened and nobody has looked at yet, and what was settled last."""
    session, reach = db.session(), _reach()
    return render_template(
        "compliance/rechecks.html",
        unsettled=reopened.still_open(session, me(), reach),
        settled=reopened.settled(session, me(), reach),
    )


@blueprint.route("/compliance/rechecks/<public_id>", methods=["GET", "POST"])
@admits(*OVERSEERS)
def recheck(public_id: str) -> ResponseReturnValue:
    """One of them: what it is now, which entry did it, and how it is settled."""
    form = SettleForm()
    if form.validate_on_submit():
        try:
            settling.settle(
                officer=me(),
                public_id=public_id,
                how=form.how.data or "",
                reason=form.reason.data or "",
                seen_version=form.version.data,
            )
        except (Changed, Stale):
            flash(_("It moved on in the meantime. This is how it stands now."), "warn")
            return redirect(url_for("compliance.recheck", public_id=public_id), 303)
        except Forbidden:
            raise
        except Refused as refusal:
            form.form_errors.append(_(refusal.sentence))
        else:
            flash(_("It is settled, and your reason is in the record."), "good")
            return redirect(url_for("compliance.rechecks"), 303)
    session, reach = db.session(), _reach()
    flag = reopened.reopened(session, me(), reach, public_id)
    settling_it = flag.row.settled_at is None and reopened.may_settle(session, me(), flag.declaration)
    page = render_template(
        "compliance/recheck.html",
        one=flag,
        form=form if settling_it else None,
        may_take_up=settling_it and reopened.may_be_taken_up(session, me(), flag.declaration),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/compliance/declarations")
@admits(*OVERSEERS)
def search() -> str:
    """Every declaration overseen, filtered by what stands in the address."""
    session, reach, asked = db.session(), _reach(), wanted(request.args)
    return render_template(
        "compliance/search.html",
        wanted=asked,
        found=look(session, reach, asked, today()),
        companies=[(company.key, company.name) for company in companies_of(session, reach)],
        kinds=[(kind.value, label("kind", kind)) for kind in Kind],
        states=[(state, _("Waiting for somebody") if state == WAITING else label("state", state)) for state in STATES],
        outcomes=[(outcome, label("outcome", outcome)) for outcome in OUTCOMES],
        classes=[(cls.value, label("class", cls)) for cls in CounterpartyClass],
        about=firms.about(session, reach, asked),
    )


@blueprint.get("/people/<public_id>")
@admits(*OVERSEERS)
def person(public_id: str) -> str:
    """A colleague: what they declared and where their totals stand."""
    return render_template("compliance/person.html", page=person_page(db.session(), _reach(), public_id, today()))


@blueprint.get("/counterparties")
@admits(*OVERSEERS)
def counterparties() -> str:
    """Counterparties by name, the most active, and those that may be the same."""
    session, reach, text = db.session(), _reach(), request.args.get("text", "").strip()[:200]
    recent = [] if text else lately(session, reach)
    return render_template(
        "compliance/counterparties.html",
        text=text,
        found=firms.called(session, reach, text) if text else [],
        givers_found=by_value(session, reach, recent, today()),
        alike=firms.pairs_alike(session, reach, recent, today()),
    )


@blueprint.get("/counterparties/<public_id>")
@admits(*OVERSEERS)
def counterparty(public_id: str) -> str:
    """A counterparty: names, what counts together, who declared what, totals, and who may be the same."""
    page = firm_page(db.session(), _reach(), public_id, today())
    return render_template("compliance/counterparty.html", page=page, firm=page.firm, officer=me().holds(Role.COMPLIANCE_OFFICER))


@blueprint.route("/counterparties/<public_id>/link", methods=["GET", "POST"])
@admits(Role.COMPLIANCE_OFFICER)
def link(public_id: str) -> ResponseReturnValue:
    """Choose another counterparty, see what would change, and say why."""
    session, reach = db.session(), _reach()
    moving = firms.firm(session, reach, public_id)
    how = linking.GROUP if request.args.get("how") == linking.GROUP else linking.SAME
    other_id, text = request.args.get("to", ""), request.args.get("text", "").strip()[:200]
    if not other_id:
        found = firms.called(session, reach, text, besides=moving.row) if text else list(moving.likely)
        return render_template("compliance/choose.html", firm=moving, how=how, text=text, found=found)
    other = firms.at_the_end(session, reach, other_id)
    form = LinkForm()
    if form.validate_on_submit():
        try:
            commands.link(
                officer=me(),
                public_id=public_id,
                other_public_id=other_id,
                how=how,
                seen=form.seen.data or "",
                reason=form.reason.data or "",
            )
        except Invalid as refusal:
            form.form_errors.append(_(refusal.sentence))
        else:
            flash(_("They count together now."), "good")
            return redirect(url_for("compliance.counterparty", public_id=public_id), 303)
        moving, other = firms.firm(session, reach, public_id), firms.at_the_end(session, reach, other_id)
    page = render_template(
        "compliance/link.html",
        firm=moving,
        other=other,
        how=how,
        form=form,
        seen=linking.seen(moving, other),
        effect=linking.effect(session, reach, moving.moving, linking.staying(session, other), today()),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/counterparties/<public_id>/undo", methods=["GET", "POST"])
@admits(Role.COMPLIANCE_OFFICER)
def undo(public_id: str) -> ResponseReturnValue:
    """Take the last linking back, and say why."""
    session, reach = db.session(), _reach()
    moving = firms.firm(session, reach, public_id)
    what = firms.undoable(session, moving.row)
    if not what:
        raise NotFound
    form = ReasonForm()
    if form.validate_on_submit():
        commands.undo(officer=me(), public_id=public_id, reason=form.reason.data or "")
        flash(_("They count apart again."), "good")
        return redirect(url_for("compliance.counterparty", public_id=public_id), 303)
    rest = [row_id for row_id in moving.members if row_id not in moving.moving]
    effect = linking.effect(session, reach, moving.moving, rest, today())
    page = render_template("compliance/undo.html", firm=moving, what=what, form=form, effect=effect)
    return page, 422 if form.errors else 200


@blueprint.route("/counterparties/<public_id>/correct", methods=["GET", "POST"])
@admits(Role.COMPLIANCE_OFFICER)
def correct(public_id: str) -> ResponseReturnValue:
    """Correct what is known of a counterparty, and say why."""
    row = firms.firm(db.session(), _reach(), public_id).row
    form = CorrectForm(obj=row)
    named = classes_named(db.session(), me().company_id, today())
    form.offer({slug: label("class", slug) for slug in LABELS["class"]}, row.class_, named)
    if form.validate_on_submit():
        try:
            commands.correct(
                officer=me(),
                public_id=public_id,
                name=form.name.data or "",
                class_=form.class_.data,
                country=form.country.data,
                registered_number=form.registered_number.data,
                reason=form.reason.data or "",
            )
        except Invalid as refusal:
            for name, sentence in refusal.problems.items():
                form[name].errors = [*form[name].errors, _(sentence)]
            if not refusal.problems:
                form.form_errors.append(_(refusal.sentence))
        else:
            flash(_("It is corrected."), "good")
            return redirect(url_for("compliance.counterparty", public_id=public_id), 303)
    row = firms.firm(db.session(), _reach(), public_id).row
    return render_template("compliance/correct.html", row=row, form=form), 422 if form.errors else 200
