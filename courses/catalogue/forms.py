"""Forms of the workshop and of review."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms.fields.choices import RadioField, SelectChoice, SelectField
from wtforms.fields.simple import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from courses.catalogue import rules
from courses.kernel import words
from courses.kernel.errors import Refused
from courses.kernel.web import Form


def _lines(text: Any) -> Any:
    """Browsers send two characters for the end of a line."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


def _at_most(count: int) -> Length:
    return Length(max=count, message=_("最多 %(max)d 字"))


class Words(Form):
    title = StringField(_("课程名称"), [InputRequired(_("请填课程名称")), _at_most(80)])
    summary = TextAreaField(_("课程简介"), [Optional(), _at_most(600)], filters=[_lines])


class VersionForm(Words):
    open_material = BooleanField(_("我确认：材料非涉密、可公开、有权使用"))


class NewCourse(Words):
    series = SelectField(_("放在哪个大讲堂"), [InputRequired(_("请选一个大讲堂"))], coerce=int)
    new_series = StringField(_("新大讲堂的名字"), [_at_most(80)])
    home = SelectField(_("新大讲堂由哪个党组织开办"), [Optional()], coerce=int)

    def validate_new_series(self, field: Any) -> None:
        """A new series needs a name."""
        if self.series.data == 0 and not field.data:
            raise ValidationError(_("请给新大讲堂起个名字，或者在上面选一个已有的"))


class NewLesson(Form):
    lesson_title = StringField(_("课时名称"), [InputRequired(_("请填课时名称")), _at_most(80)])
    kind = RadioField(
        _("形式"),
        choices=[
            SelectChoice("video", _("视频或录音")),
            SelectChoice("document", _("课件（PPT、PDF、Word）")),
            SelectChoice("text", _("文字")),
            SelectChoice("practice", _("现场模拟")),
        ],
        default="video",
    )


class ChapterForm(Form):
    chapter_title = StringField(_("章节名称"), [InputRequired(_("请填章节名称")), _at_most(80)])


class LessonForm(Form):
    title = StringField(_("课时名称"), [InputRequired(_("请填课时名称")), _at_most(80)])
    text = TextAreaField(_("文字"), [Optional(), Length(max=200_000, message=_("太长了，请分成几课"))], filters=[_lines], render_kw={"rows": 16})
    asset_id = HiddenField(validators=[Optional()])
    steps = TextAreaField(_("要做的步骤"), [Optional(), Length(max=7000, message=_("太长了，请分成几课"))], filters=[_lines], render_kw={"rows": 10})
    picture = FileField(_("加一张图片"))
    picture_words = StringField(_("图里是什么"), [Optional(), _at_most(120)])
    elective = BooleanField(_("选修：学不学都不影响学完这门课"))

    def asset(self) -> int | None:
        """The recording chosen, if any."""
        sent = str(self.asset_id.data or "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


class Submission(Form):
    note = StringField(_("给审核人的话"), [Optional(), _at_most(500)])


class Return(Form):
    remarks = TextAreaField(_("要修改什么"), [InputRequired(_("请写明要修改什么")), _at_most(1000)], filters=[_lines])


class Approval(Form):
    hours = StringField(_("核定学时"), [InputRequired(_("请填核定学时"))], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    words = StringField(_("审核意见"), [Optional(), _at_most(1000)])

    def quarters(self) -> int:
        """The hours in quarters; raises `Refused` for what is no multiple of a quarter."""
        count = rules.quarters(self.hours.data or "")
        if count is None:
            raise Refused("核定学时按四分之一学时填写，比如 0.25、0.5、1、1.5，最多 100。", fields={"hours": words.Words("请填 0.25 的倍数")})
        return count


class Withdrawal(Form):
    reason = StringField(_("下架原因"), [InputRequired(_("请写明下架原因")), _at_most(500)])
