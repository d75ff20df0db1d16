"""The one blueprint on which the pages of signing in hang."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
