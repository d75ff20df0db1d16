"""Pages of media, one module a noun; all of them hang on one blueprint."""

from courses.media import asset_views, upload_views
from courses.media.blueprint import bp

__all__ = ["asset_views", "bp", "upload_views"]
