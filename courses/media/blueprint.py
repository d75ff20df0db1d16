"""The blueprint of media, and the limits its pages speak of."""

from flask import Blueprint

from courses.kernel.settings import settings
from courses.media import document_rules, rules

bp = Blueprint("media", __name__)
bp.add_app_template_global(lambda: document_rules.ACCEPTED, "document_endings")
bp.add_app_template_global(lambda: document_rules.MOST_PAGES, "most_pages")
bp.add_app_template_global(lambda: settings().max_upload_mb, "upload_limit_mb")
bp.add_app_template_global(lambda: rules.size_words(settings().max_upload_mb), "upload_limit")
