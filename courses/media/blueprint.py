"""The blueprint of media, and the limit its pages speak of."""

from flask import Blueprint

from courses.kernel.settings import settings

bp = Blueprint("media", __name__)
bp.add_app_template_global(lambda: settings().max_upload_mb, "upload_limit_mb")
