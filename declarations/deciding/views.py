from flask import Blueprint

blueprint = Blueprint("deciding", __name__)
