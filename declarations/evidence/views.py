"""The receipt that whoever declared can keep."""

from flask import Blueprint, Response, make_response

from declarations.access import EMPLOYEE, admits, me
from declarations.evidence import receipts
from declarations.extensions import db

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/declarations/<public_id>/receipt.json")
@admits(EMPLOYEE)
def receipt(public_id: str) -> Response:
    """The receipt of one's own declaration, as a file."""
    kept = receipts.receipt(db.session(), me(), public_id)
    response = make_response(kept.content)
    response.mimetype = "application/json"
    response.headers.set("Content-Disposition", "attachment", filename=kept.filename)
    return response
