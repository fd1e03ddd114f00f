"""A register's samples as internal audit and compliance meet them: draw one, look at it, take its work paper."""

import io

from flask import Blueprint, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from declarations.access import admits, me
from declarations.extensions import db
from declarations.registers import queries as registers
from declarations.registers.commands import Unconfirmed
from declarations.registers.readers import READERS
from declarations.sampling import commands, queries, telling
from declarations.sampling.drawing import Method
from declarations.sampling.forms import SampleForm
from workflows.case import Invalid

blueprint = Blueprint("sampling", __name__)

_LOOK_AGAIN = "2"  # seconds; the page of a sample that is being drawn loads itself anew
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/registers/<public_id>/samples", methods=["GET", "POST"])
@admits(*READERS)
def samples(public_id: str) -> ResponseReturnValue:
    """Draw a sample out of a register, and every one that was drawn before."""
    register = registers.register(db.session(), me(), public_id)
    form = SampleForm()
    if form.validate_on_submit():
        try:
            sample_id = commands.draw_sample(
                viewer=me(),
                register_id=public_id,
                method=Method(form.method.data),
                size=form.size.data or 0,
                seed=form.seed.data or "",
            )
        except Invalid as problem:
            for name, sentence in problem.problems.items():
                form[name].errors = (_(sentence),)
        else:
            return redirect(url_for("sampling.sample", public_id=public_id, sample_id=sample_id), 303)
    drawn = queries.samples(db.session(), register)
    asked = queries.asked_for(db.session(), register)
    page = render_template("sampling/samples.html", register=register, form=form, samples=drawn, asked=asked, telling=telling)
    return page, 422 if form.errors else 200


@blueprint.get("/registers/<public_id>/samples/<sample_id>")
@admits(*READERS)
def sample(public_id: str, sample_id: str) -> ResponseReturnValue:
    """One sample: how it was drawn, and what; or how far it is."""
    register = registers.register(db.session(), me(), public_id)
    asked = queries.asked(db.session(), register, sample_id)
    if asked is not None:
        page = render_template("sampling/asked.html", register=register, asked=asked, telling=telling)
        return page, {} if asked.failed else {"Refresh": _LOOK_AGAIN}
    row = queries.sample(db.session(), register, sample_id)
    return render_template(
        "sampling/sample.html",
        register=register,
        sample=row,
        drawer=queries.drawer(db.session(), row),
        shown=queries.declarations(db.session(), me(), [one["number"] for one in row.drawn]),
        telling=telling,
    )


@blueprint.post("/registers/<public_id>/samples/<sample_id>/work-paper")
@admits(*READERS)
def work_paper(public_id: str, sample_id: str) -> ResponseReturnValue:
    """The work paper; who takes it is written down first. Who typed their password long ago is asked for it."""
    try:
        paper = commands.take(viewer=me(), register_id=public_id, sample_id=sample_id, language=str(get_locale()))
    except Unconfirmed:
        back = url_for("sampling.sample", public_id=public_id, sample_id=sample_id)
        return redirect(url_for("sign_in.confirm", next=back), 303)
    return send_file(io.BytesIO(paper.content), XLSX, as_attachment=True, download_name=paper.filename)
