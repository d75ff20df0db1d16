"""Pages of signing in and out, of one's own account, and who is asking."""

from flask import Blueprint, Flask, g

bp = Blueprint("accounts", __name__)


def install(app: Flask) -> None:
    pass


def language() -> str:
    return "zh_Hans_CN"
