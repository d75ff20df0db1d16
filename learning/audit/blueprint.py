"""The one blueprint on which the rooms of secretaries, committees and auditors hang their pages."""

from flask import Blueprint

bp = Blueprint("audit", __name__)
