"""The one blueprint on which the pages of whoever studies hang."""

from flask import Blueprint

bp = Blueprint("study", __name__)
