"""The one blueprint on which the pages of trainers and reviewers hang."""

from flask import Blueprint

bp = Blueprint("catalogue", __name__)
