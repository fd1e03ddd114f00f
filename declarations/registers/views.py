"""Registers as internal audit and compliance meet them: a list like a bank statement's, one register, ask, schedule, take away."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from declarations.access import admits, me
from declarations.display import today
from declarations.extensions import db
from declarations.registers import commands, queries, readership, reading, scheduling, telling, years
from declarations.registers.forms import DAYS, AskForm, FindingsForm, ScheduleForm
from declarations.registers.periods import Period, holding, presets
from declarations.registers.readers import READERS
from workflows.case import Invalid
from workflows.words import Role

blueprint = Blueprint("registers", __name__)

_LOOK_AGAIN = "3"  # seconds; the page of a register in the making loads itself anew


@blueprint.get("/registers")
@admits(*READERS)
def index() -> ResponseReturnValue:
    """Every register there is for the reader, and what comes by itself."""
    return _index(AskForm(formdata=None), ScheduleForm(formdata=None))


@blueprint.post("/registers")
@admits(*READERS)
def ask() -> ResponseReturnValue:
    """Ask for a register now."""
    form = AskForm()
    form.offer(queries.companies(db.session(), me()))
    if not form.validate_on_submit():
        return _index(form, ScheduleForm(formdata=None)), 422
    first, last = form.first_on.data, form.last_on.data
    own_days = Period(first, last) if first and last and form.period.data == DAYS else None
    company_id = int(form.company.data)
    period = own_days or presets(today(), years.first_months(db.session(), [company_id])[company_id])[form.period.data]
    try:
        public_id = commands.ask(viewer=me(), company_id=company_id, period=period, language=form.language.data)
    except Invalid as problem:
        for name, sentence in problem.problems.items():
            form[name].errors = (_(sentence),)
        return _index(form, ScheduleForm(formdata=None)), 422
    return redirect(url_for("registers.register", public_id=public_id))


@blueprint.post("/registers/schedules")
@admits(*READERS)
def schedule() -> ResponseReturnValue:
    """Have registers come by themselves, from the period on that is running now."""
    form = ScheduleForm()
    form.offer(queries.companies(db.session(), me()), readership.offered(db.session(), me()))
    if not form.validate_on_submit():
        return _index(AskForm(formdata=None), form), 422
    plan = scheduling.Plan(
        rhythm=form.rhythm.data,
        working_day=form.working_day.data or 0,
        language=form.language.data,
        recipients=[int(number) for number in form.recipients.data or ()],
        first_month=int(form.first_month.data),
    )
    try:
        first = holding(today(), 1).first_on
        replaced = scheduling.set_schedule(viewer=me(), company_id=int(form.company.data), plan=plan, active_from=first)
    except Invalid as problem:
        for name, sentence in problem.problems.items():
            form[name].errors = (_(sentence),)
        return _index(AskForm(formdata=None), form), 422
    begun = _("From now on they come by themselves.")
    flash(_("From now on they come by themselves, in place of those set before.") if replaced else begun, "good")
    return redirect(url_for("registers.index"))


@blueprint.post("/registers/schedules/<int:schedule_id>/stop")
@admits(*READERS)
def unschedule(schedule_id: int) -> ResponseReturnValue:
    """No further ones."""
    scheduling.stop_schedule(viewer=me(), schedule_id=schedule_id)
    flash(_("They no longer come by themselves. Those that are there stay."), "good")
    return redirect(url_for("registers.index"))


@blueprint.get("/registers/<public_id>")
@admits(*READERS)
def register(public_id: str) -> ResponseReturnValue:
    """One register: its seal, its sums, who took it when, or how far it is."""
    return _register(public_id, FindingsForm(formdata=None))


@blueprint.post("/registers/<public_id>/sign-off")
@admits(Role.INTERNAL_AUDITOR)
def sign_off(public_id: str) -> ResponseReturnValue:
    """ "I have read this": signed once by each auditor, and added to by each later form."""
    form, session = FindingsForm(), db.session()
    row = queries.register(session, me(), public_id)
    mine = [one for one in readership.sign_offs(session, [row])[row.id] if one.person_id == me().person_id]
    if not form.validate_on_submit():
        return _register(public_id, form), 422
    write = reading.supplement if mine else reading.sign_off
    try:
        write(viewer=me(), public_id=public_id, findings=form.findings.data or "")
    except Invalid as problem:
        form.findings.errors = (_(problem.problems.get("findings", problem.sentence)),)
        return _register(public_id, form), 422
    flash(_("Added to your sign-off.") if mine else _("Signed: you have read this register."), "good")
    return redirect(url_for("registers.register", public_id=public_id))


@blueprint.get("/registers/reading")
@admits(*READERS)
def overview() -> ResponseReturnValue:
    """Who has read the registers that come by themselves, and who has not."""
    lines = readership.overview(db.session(), me())
    return render_template("registers/reading.html", lines=lines, telling=telling)


def _register(public_id: str, form: FindingsForm) -> Response:
    session = db.session()
    row = queries.register(session, me(), public_id)
    page = render_template(
        "registers/register.html",
        register=row,
        taken=queries.downloads(session, [row]),
        asked=queries.who_asked(session, [row]),
        signed=readership.sign_offs(session, [row])[row.id],
        followed=readership.followed(session, [row])[row.id],
        version=readership.versions(session, me(), [row])[row.id],
        may_sign=me().holds(Role.INTERNAL_AUDITOR, row.company_id),
        form=form,
        telling=telling,
    )
    response = make_response(page)
    if row.built_at is None and row.failed is None:
        response.headers["Refresh"] = _LOOK_AGAIN
    return response


@blueprint.post("/registers/<public_id>/download")
@admits(*READERS)
def download(public_id: str) -> ResponseReturnValue:
    """The workbook; who takes it is written down first, which is why this is no plain link. Who typed their password long ago is
    asked for it, and comes back to the register's page."""
    try:
        taken = commands.take(viewer=me(), public_id=public_id)
    except commands.Unconfirmed:
        return redirect(url_for("sign_in.confirm", next=url_for("registers.register", public_id=public_id)), 303)
    return send_file(taken.path, as_attachment=True, download_name=taken.filename, conditional=False)


@blueprint.post("/registers/<public_id>/bundle")
@admits(*READERS)
def bundle(public_id: str) -> ResponseReturnValue:
    """The workbook with everything it can be checked by, and a receipt; written down and asked for like the workbook."""
    try:
        taken = commands.take_bundle(viewer=me(), public_id=public_id)
    except commands.Unconfirmed:
        return redirect(url_for("sign_in.confirm", next=url_for("registers.register", public_id=public_id)), 303)
    response = Response(taken.copy.chunks(), mimetype="application/zip")
    response.content_length = taken.copy.size
    response.headers.set("Content-Disposition", "attachment", filename=taken.filename)
    return response


def _index(ask_form: AskForm, schedule_form: ScheduleForm) -> Response:
    session = db.session()
    companies = queries.companies(session, me())
    ask_form.offer(companies)
    ask_form.tell_years(years.first_months(session, [company for company, _name in companies]).values())
    schedule_form.offer(companies, readership.offered(session, me()))
    for form in (ask_form, schedule_form):
        form.language.data = form.language.data or me().language
    rows = queries.registers(session, me())
    taken = queries.downloads(session, rows)
    schedules = queries.schedules(session, me())
    page = render_template(
        "registers/index.html",
        registers=rows,
        taken=taken,
        read={number for number, all_ in taken.items() if any(one.person_id == me().person_id for one in all_)},
        asked=queries.who_asked(session, rows),
        signed=readership.sign_offs(session, rows),
        followed=readership.followed(session, rows),
        versions=readership.versions(session, me(), rows),
        schedules=schedules,
        chosen=readership.chosen(session, schedules),
        ask=ask_form,
        schedule=schedule_form,
        telling=telling,
    )
    return make_response(page)
