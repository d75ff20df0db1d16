"""Forms of the workshop and of review."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms.fields.choices import RadioField, SelectChoice, SelectField
from wtforms.fields.simple import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from courses.catalogue import measure, rules
from courses.kernel import words
from courses.kernel.errors import Refused
from courses.kernel.web import Form
from courses.media import caption_rules, document_actions


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
    picture = FileField(_("加一张图片"), render_kw={"data-most": document_actions.MOST_PICTURE})
    picture_words = StringField(_("图里是什么"), [Optional(), _at_most(120)])
    elective = BooleanField(_("选修：学不学都不影响学完这门课"))

    def asset(self) -> int | None:
        """The recording chosen, if any."""
        sent = str(self.asset_id.data or "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


class Captions(Form):
    captions = FileField(_("字幕文件"), id="captions-file", render_kw={"accept": ".srt,.vtt,text/vtt", "data-most": caption_rules.MOST_BYTES})

    def data_sent(self) -> bytes:
        """The file's bytes, one more than may be at most; raises `Refused` if there are none."""
        chosen = {"captions": words.Words("请选一个字幕文件")}
        if not self.captions.data:
            raise Refused("请先选一个字幕文件（.srt 或 .vtt），再点“上传字幕”。", fields=chosen)
        sent: bytes = self.captions.data.read(caption_rules.MOST_BYTES + 1)
        if not sent:
            raise Refused("这个字幕文件是空的（0 字节）。请打开看看，重新导出 .srt 或 .vtt，再上传。", fields=chosen)
        return sent


class Submission(Form):
    note = StringField(_("给审核人的话"), [Optional(), _at_most(500)])


class Return(Form):
    remarks = TextAreaField(_("要修改什么"), [InputRequired(_("请写明要修改什么")), _at_most(1000)], filters=[_lines])


class Approval(Form):
    hours = StringField(_("核定学时"), [InputRequired(_("请填核定学时"))], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    words = StringField(_("审核意见"), [Optional(), _at_most(1000)])
    sure = HiddenField(validators=[Optional()])  # a tick on the page, with the hours it was asked about
    asked = ""

    def quarters(self) -> int:
        """The hours in quarters; raises `Refused` for what is no multiple of a quarter."""
        count = rules.quarters(self.hours.data or "")
        if count is None:
            raise Refused("核定学时按四分之一学时填写，比如 0.25、0.5、1、1.5，最多 100。", fields={"hours": words.Words("请填 0.25 的倍数")})
        return count

    def meant(self, suggested: measure.Suggestion) -> int:
        """The hours in quarters; far more than suggested they are asked about first, and the tick counts for that very number alone."""
        count = self.quarters()
        if not suggested.is_far_below(count) or rules.quarters(self.sure.data or "") == count:
            return count
        self.asked = rules.hours_text(count)
        raise Refused(
            "建议 %(suggested)s 学时，您填的是 %(typed)s 学时，差得很多。发布以后，已经开始学的人按这个数记，改不了。填错了请改过来；没填错，请打勾，再点“通过并发布”。",
            suggested=rules.hours_text(suggested.quarters),
            typed=self.asked,
            fields={"hours": words.Words("和建议的差得很多，请再看一眼")},
        )


class Withdrawal(Form):
    reason = StringField(_("下架原因"), [InputRequired(_("请写明下架原因")), _at_most(500)])
