"""Where the QR code of a paper leads: the page that checks it, with the credential behind the hash, which no server sees."""

from flask import current_app

from learning.records.models import BranchRecord, Certificate


def address(paper: Certificate | BranchRecord, *, base: str, token: str = "") -> str:
    """The address printed on a paper; `base` is the site's, without a slash at its end."""
    path = current_app.url_map.bind("").build("records.verify", {"number": paper.number, "code": paper.code})
    return f"{base}{path}{f'#{token}' if token else ''}"
