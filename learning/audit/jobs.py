"""Which lists of the audit room are made in the background."""

from learning.audit import entry_actions, import_actions, lists
from learning.exports.actions import MAKERS


def install() -> None:
    """Register the makers."""
    MAKERS[entry_actions.KIND] = lists.write_entries
    MAKERS.update({import_actions.WORKBOOK: lists.write_roster, import_actions.TEXT: lists.write_roster_text})
