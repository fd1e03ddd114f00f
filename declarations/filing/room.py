"""The filing room's door; its views hang their routes on it."""

from flask import Blueprint

blueprint = Blueprint("filing", __name__)
