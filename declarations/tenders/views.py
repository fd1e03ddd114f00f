"""The tenders that are on: who takes part, from when to when. Officers keep the list, auditors read it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from declarations.access import admits, me
from declarations.compliance.reach import Reach, companies_of, reach_of
from declarations.display import _, today
from declarations.extensions import db
from declarations.tenders import commands
from declarations.tenders.forms import ChangeForm, TenderForm
from declarations.tenders.queries import alike, listed, tender_of
from workflows.case import Invalid
from workflows.words import Role

blueprint = Blueprint("tenders", __name__)
OVERSEERS = (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR)


def _reach() -> Reach:
    return reach_of(db.session(), me())


@blueprint.get("/tenders")
@admits(*OVERSEERS)
def index() -> str:
    """Every tender of the companies overseen: those that run, those to come, those that are over."""
    rows, day = listed(db.session(), _reach()), today()
    return render_template(
        "tenders/index.html",
        active="compliance.overview",
        running=[row for row in rows if row.first_on <= day <= row.last_on],
        coming=[row for row in rows if row.first_on > day],
        over=[row for row in rows if row.last_on < day],
    )


@blueprint.route("/tenders/new", methods=["GET", "POST"])
@admits(Role.COMPLIANCE_OFFICER)
def new() -> ResponseReturnValue:
    """Enter one."""
    form = TenderForm()
    mine = me().reach(Role.COMPLIANCE_OFFICER)
    form.company.choices = [(company.key, company.name) for company in companies_of(db.session(), _reach()) if company.id in mine]
    form.firm.data = request.form.get("meant") or form.firm.data
    sames = alike(db.session(), form.firm.data or "", me().person_id) if form.firm.data and "another" not in request.form else []
    if form.validate_on_submit() and not sames:
        first_on, last_on = form.days()
        company = next(one for one in companies_of(db.session(), _reach()) if one.key == form.company.data)
        try:
            commands.enter(
                officer=me(),
                company_id=company.id,
                firm=form.firm.data or "",
                title=form.title.data or "",
                first_on=first_on,
                last_on=last_on,
            )
        except Invalid as refusal:
            _refused(form, refusal)
        else:
            flash(_("The tender is entered. What was declared before in its days is re-opened for compliance."), "good")
            return redirect(url_for("tenders.index"), 303)
    page = render_template("tenders/new.html", active="compliance.overview", form=form, sames=sames)
    return page, 422 if form.errors or sames else 200


@blueprint.route("/tenders/<public_id>", methods=["GET", "POST"])
@admits(Role.COMPLIANCE_OFFICER)
def tender(public_id: str) -> ResponseReturnValue:
    """One of them: its days, which can be changed, and what was declared of the counterparty in them."""
    row = tender_of(db.session(), _reach(), public_id)
    form = ChangeForm(obj=row)
    if form.validate_on_submit():
        first_on, last_on = form.days()
        try:
            commands.change(officer=me(), public_id=public_id, first_on=first_on, last_on=last_on)
        except Invalid as refusal:
            _refused(form, refusal)
        else:
            flash(_("Its days are changed. What was declared before in them is re-opened for compliance."), "good")
            return redirect(url_for("tenders.index"), 303)
    row = tender_of(db.session(), _reach(), public_id)
    return render_template("tenders/tender.html", active="compliance.overview", row=row, form=form), 422 if form.errors else 200


@blueprint.post("/tenders/<public_id>/withdraw")
@admits(Role.COMPLIANCE_OFFICER)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take back what was entered by mistake."""
    commands.withdraw(officer=me(), public_id=public_id)
    flash(_("The tender is taken back."), "good")
    return redirect(url_for("tenders.index"), 303)


def _refused(form: Any, refusal: Invalid) -> None:
    for name, sentence in refusal.problems.items():
        form[name].errors = [*form[name].errors, _(sentence)]
