"""Hands out a printed form as a file."""

import io
from typing import Any

from flask import Response, send_file

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.records import pdf, sheet_xlsx, typst
from learning.records.sheet_rules import Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = ("xlsx", "pdf")


def handed_out(form: Sheet, kind: str) -> Response:
    """The form as a workbook or as PDF; raises `Missing` for any other kind."""
    if kind not in FILES:
        raise Missing
    if kind == "xlsx":
        return sent(sheet_xlsx.workbook(form), f"{form.name}.xlsx", XLSX)
    values = pdf.sheet_values(form)
    db.session.rollback()  # typesetting must not hold a read transaction
    return sent(typst.pdf("sheet", values), f"{form.name}.pdf", "application/pdf")


def sent(data: bytes, name: str, kind: str, *, attached: bool = False) -> Response:
    """A file about people, which no cache keeps."""
    answer: Any = send_file(io.BytesIO(data), mimetype=kind, download_name=name, as_attachment=attached or kind == XLSX)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[no-any-return]
