"""The form that brings a question file."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms.fields.choices import SelectField

from courses.kernel.web import Form


class Bring(Form):
    file = FileField(_("题目文件"), [FileRequired(_("请选择一个文件"))])
    home = SelectField(_("放进哪个题库"), coerce=int)
