"""Pages of secretaries, committees and auditors, one module a noun; all of them hang on one blueprint."""

from learning.audit import (
    branch_views,
    campaign_views,
    card_views,
    class_views,
    desk_views,
    entry_views,
    evidence_views,
    feedback_views,
    import_views,
    paper_views,
    people_views,
    post_views,
    roster_views,
    training_views,
    transfer_views,
    tree_views,
    way_in_views,
)
from learning.audit.blueprint import bp

__all__ = [
    "bp",
    "branch_views",
    "campaign_views",
    "card_views",
    "class_views",
    "desk_views",
    "entry_views",
    "evidence_views",
    "feedback_views",
    "import_views",
    "paper_views",
    "people_views",
    "post_views",
    "roster_views",
    "training_views",
    "transfer_views",
    "tree_views",
    "way_in_views",
]
