"""Forms of importing a roster: the file, what its columns mean, and the word to go on."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms.fields.simple import HiddenField

from courses.kernel.web import Form


class RosterFileForm(Form):
    file = FileField(_("名册文件"), [FileRequired(_("请选择名册文件"))], render_kw={"accept": ".xlsx,.xls,.csv"})


class GoOnForm(Form):
    plan = HiddenField()


def columns(values: Mapping[str, Any], width: int) -> list[str]:
    """What each column is said to mean, from the choices column-<place>."""
    return [str(values.get(f"column-{place}", "")) for place in range(width)]
