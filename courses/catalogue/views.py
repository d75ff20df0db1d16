"""Pages of the workshop and of review, one module a noun; all of them hang on one blueprint."""

from courses.catalogue import bank_views, lesson_views, order_views, quiz_views, review_views, slide_views, workshop_views
from courses.catalogue.blueprint import bp

__all__ = ["bank_views", "bp", "lesson_views", "order_views", "quiz_views", "review_views", "slide_views", "workshop_views"]
