"""Pages of secretaries, committees and auditors, one module a noun; all of them hang on one blueprint."""

from learning.audit import desk_views, entry_views, feedback_views, people_views
from learning.audit.blueprint import bp

__all__ = ["bp", "desk_views", "entry_views", "feedback_views", "people_views"]
