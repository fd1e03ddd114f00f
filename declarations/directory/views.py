"""The directory, for administrators: people, companies, roles and gaps, in the companies they run it for, and no declarations."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Form

from declarations import clock
from declarations.access import admits, me
from declarations.directory import commands, companies, entries, forms, queries
from declarations.directory import gaps as holes
from declarations.directory.events import sentence
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.labels import label
from declarations.models import Company, Person
from declarations.sign_in.commands import send_links
from declarations.sign_in.forms import LANGUAGES
from declarations.sign_in.queries import has_left
from workflows.case import Invalid
from workflows.words import GRANTABLE, Role

blueprint = Blueprint("directory", __name__)


def _reach() -> frozenset[int]:
    return me().reach(Role.ADMINISTRATOR)


def _mails() -> bool:
    """True if a mail reaches anybody; a demo shows its mails on a page."""
    settings = current_app.config["SETTINGS"]
    return settings.mail_server is not None or settings.demo


@blueprint.get("/directory")
@admits(Role.ADMINISTRATOR)
def people() -> str:
    """People by name, to be searched and filtered."""
    term, company = request.args.get("q", "")[:100], request.args.get("company", "")
    left = request.args.get("show") == "left"
    page = queries.people(
        db.session(), _reach(), term=term, company=company, left=left, after=request.args.get("after", ""), now=clock.now()
    )
    tree = queries.tree(db.session(), _reach())
    return render_template("directory/people.html", page=page, tree=tree, term=term, company=company, left=left)


@blueprint.get("/directory/people/<public_id>")
@admits(Role.ADMINISTRATOR)
def person(public_id: str) -> str:
    """One person: facts, manager, roles and how they came about."""
    session, now = db.session(), clock.now()
    row = queries.person(session, _reach(), public_id)
    if row is None:
        raise NotFound
    grants = queries.grants(session, _reach(), person_id=row.id, now=now)
    return render_template(
        "directory/person.html",
        person=row,
        left=has_left(row, now),
        mine=row.id == me().person_id,
        mails=_mails(),
        reports=queries.reports(session, row.id, now),
        held=[line for line in grants if line.revoked_at is None],
        once=[line for line in grants if line.revoked_at is not None],
        link_until=queries.link_until(session, row.id, now),
        history=queries.history(session, f"person/{row.public_id}"),
        sentence=sentence,
        form=forms.GrantForm(),
        roles=[(str(role), label("role", role)) for role in GRANTABLE],
        companies=_company_choices(),
    )


def _company_choices() -> list[tuple[str, str]]:
    lines = queries.tree(db.session(), _reach())
    return [(line.key, "\u2003" * line.depth + line.name) for line in lines]


@blueprint.route("/directory/add-person", methods=["GET", "POST"])
@admits(Role.ADMINISTRATOR)
def add_person() -> ResponseReturnValue:
    """Put somebody new into the directory."""
    form = forms.PersonForm(request.form)
    if request.method == "GET":
        form.active_from.data = clock.now().astimezone(me().zone).date()
        return _person_page(form, None)
    try:
        entry = form.entry(number=(form.number.data or "").strip(), email=(form.email.data or "").strip(), manager=_manager(form))
        _refuse(forms.days_are_wrong(form))
        public_id = commands.add_person(by=me(), entry=entry)
    except Invalid as problem:
        return _person_page(form, None, problem), 422
    flash(_("%(name)s is in the directory now.", name=entry.name), "good")
    return redirect(url_for("directory.person", public_id=public_id))


@blueprint.route("/directory/people/<public_id>/change", methods=["GET", "POST"])
@admits(Role.ADMINISTRATOR)
def change_person(public_id: str) -> ResponseReturnValue:
    """Change what the directory says about somebody, their manager and their last day among it."""
    row = queries.person(db.session(), _reach(), public_id)
    if row is None:
        raise NotFound
    same = ("name", "title", "unit", "active_from", "active_to", "language", "second_from", "second_to")
    known = {name: getattr(row, name) for name in same}
    manager = row.manager.email if row.manager else ""
    form = forms.PersonForm(
        request.form, data={**known, "company": row.company.key, "manager": manager, "second_company": _second(row)}
    )
    if request.method == "GET":
        return _person_page(form, row)
    try:
        entry = form.entry(number=row.number, email=row.email, manager=_manager(form))
        _refuse(forms.days_are_wrong(form))
        commands.change_person(by=me(), person=public_id, entry=entry)
    except Invalid as problem:
        return _person_page(form, queries.person(db.session(), _reach(), public_id), problem), 422
    flash(_("The entry is changed."), "good")
    return redirect(url_for("directory.person", public_id=public_id))


def _second(row: Person) -> str:
    return row.second_company.key if row.second_company else ""


def _manager(form: forms.PersonForm) -> str | None:
    """The manager's number; an unknown one is passed on as typed, for the command to refuse."""
    typed = (form.manager.data or "").strip()
    return (queries.number_of(db.session(), typed) or typed) if typed else None


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise Invalid("entry", _("Something is missing or does not fit."), problems)


def _person_page(form: forms.PersonForm, person: Person | None, problem: Invalid | None = None) -> str:
    """The form for a person, with a sentence at each field that is wrong."""
    tongues = [("", _("The company's")), *LANGUAGES]
    choices = _company_choices()
    seconds = [("", _("none")), *choices]
    if person and person.second_company and person.second_company.key not in dict(choices):
        seconds.append((person.second_company.key, person.second_company.name))
    return render_template(
        "directory/person_form.html",
        form=form,
        person=person,
        problem=_told(form, problem),
        companies=choices,
        seconds=seconds,
        languages=tongues,
    )


def _told(form: Form, problem: Invalid | None) -> str:
    """Put the sentences at their fields; returns the one for the top of the page."""
    if problem is None:
        return ""
    forms.show_problems(form, {name: _(said) for name, said in problem.problems.items()})
    return str(_(problem.sentence))


@blueprint.post("/directory/people/<public_id>/roles")
@admits(Role.ADMINISTRATOR)
def grant(public_id: str) -> ResponseReturnValue:
    """Grant a role."""
    role, company = request.form.get("role", ""), request.form.get("company", "")
    commands.grant(by=me(), person=public_id, role=role, company=company)
    flash(_("The role is granted."), "good")
    return redirect(url_for("directory.person", public_id=public_id))


@blueprint.post("/directory/roles/<int:grant_id>/revoke")
@admits(Role.ADMINISTRATOR)
def revoke(grant_id: int) -> ResponseReturnValue:
    """Take a role back."""
    person = commands.revoke(by=me(), grant_id=grant_id)
    flash(_("The role is taken back."), "good")
    return redirect(url_for("directory.person", public_id=person))


@blueprint.post("/directory/people/<public_id>/link")
@admits(Role.ADMINISTRATOR)
def link(public_id: str) -> ResponseReturnValue:
    """Send somebody a new link to set their password; it goes to them alone."""
    row = queries.person(db.session(), _reach(), public_id)
    if row is None or has_left(row, clock.now()):
        raise NotFound
    send_links(people=[row.id], by=me())
    flash(_("A link to set a password is on its way by mail. It works once and for 72 hours."), "good")
    return redirect(url_for("directory.person", public_id=public_id))


@blueprint.get("/directory/companies")
@admits(Role.ADMINISTRATOR)
def company_tree() -> str:
    """The companies as a tree."""
    names = get_locale().territories
    return render_template("directory/companies.html", tree=queries.tree(db.session(), _reach()), countries=names)


@blueprint.route("/directory/add-company", methods=["GET", "POST"])
@admits(Role.ADMINISTRATOR)
def add_company() -> ResponseReturnValue:
    """Put a new company into the tree."""
    here = me()
    likely = {"country": here.country, "time_zone": here.zone.key, "currency": here.currency, "calendar": here.country}
    form = forms.CompanyForm(request.form, data=likely)
    if request.method == "GET":
        return _company_page(form, None)
    entry = form.entry((form.key.data or "").strip())
    try:
        companies.add_company(by=me(), entry=entry)
    except Invalid as problem:
        return _company_page(form, None, problem), 422
    flash(_("%(name)s is in the directory now.", name=entry.name), "good")
    return redirect(url_for("directory.company_tree"))


@blueprint.route("/directory/companies/<key>", methods=["GET", "POST"])
@admits(Role.ADMINISTRATOR)
def change_company(key: str) -> ResponseReturnValue:
    """Change a company, and see how it came to be as it is."""
    row = queries.company(db.session(), _reach(), key)
    if row is None:
        raise NotFound
    above = queries.key_of(db.session(), row.parent_id) or ""
    data = {name: getattr(row, name) for name in companies.FACTS}
    form = forms.CompanyForm(request.form, data={**data, "parent": above})
    if request.method == "POST":
        try:
            companies.change_company(by=me(), entry=form.entry(key))
        except Invalid as problem:
            return _company_page(form, queries.company(db.session(), _reach(), key), problem), 422
        flash(_("The company is changed."), "good")
        return redirect(url_for("directory.company_tree"))
    return _company_page(form, row)


def _company_page(form: forms.CompanyForm, row: Company | None, problem: Invalid | None = None) -> str:
    """The form for a company; the one above stays choosable where it is out of reach."""
    session, parents, names = db.session(), _company_choices(), get_locale().territories
    above = queries.key_of(session, row.parent_id) if row else None
    if row and (above or "") not in dict(parents):
        parents = [(above or "", above or "–"), *parents]
    return render_template(
        "directory/company_form.html",
        form=form,
        company=row,
        problem=_told(form, problem),
        parents=parents,
        countries=sorted(((code, names.get(code, code)) for code in entries.countries()), key=lambda pair: pair[1]),
        languages=LANGUAGES,
        history=queries.history(session, f"company/{row.key}") if row else [],
        sentence=sentence,
    )


@blueprint.get("/directory/roles")
@admits(Role.ADMINISTRATOR)
def roles() -> str:
    """Who holds which role where."""
    return render_template("directory/roles.html", grants=queries.grants(db.session(), _reach(), now=clock.now()))


@blueprint.get("/directory/gaps")
@admits(Role.ADMINISTRATOR)
def gaps() -> str:
    """Vacancies, circles, roles of people who left, companies without a compliance officer."""
    return render_template("directory/gaps.html", gaps=holes.gaps(db.session(), _reach(), clock.now()))
