"""The door of the room where policies are written; its views hang their routes on it."""

from typing import Any

from flask import Blueprint

from declarations.policies.words import OPERATORS
from declarations.policy_drafts import states

blueprint = Blueprint("policy_drafts", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """The room's words, for its templates."""
    return {"draft_states": states.LABELS, "draft_chips": states.CHIPS, "operators": OPERATORS}
