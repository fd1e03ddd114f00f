from flask import Blueprint

blueprint = Blueprint("compliance", __name__)
