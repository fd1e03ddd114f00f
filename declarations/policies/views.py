from flask import Blueprint

blueprint = Blueprint("policies", __name__)
