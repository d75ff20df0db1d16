"""Pages that bring question files into a bank: choose a file, see every question as a member will, then enter them all."""

import io

from flask import Blueprint, Response, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from courses.catalogue import queries as catalogue
from courses.importers import actions, files, forms, gift, kept, queries, xlsx
from courses.importers.models import QuestionFile
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.storage import passing_folder
from courses.kernel.web import choices
from courses.questions.rules import Item, NewItem

bp = Blueprint("importers", __name__)


@bp.route("/workshop/question-files", methods=["GET", "POST"])
@may("write_courses")
def question_files() -> ResponseReturnValue:
    """Choose a file of questions; below, those brought before."""
    form = forms.Bring()
    form.home.choices = choices(catalogue.homes(actor()))
    request.max_content_length = files.MOST_BYTES + 1024 * 1024
    if form.validate_on_submit():
        try:
            return redirect(url_for("importers.question_file", file_id=_bring(form)))
        except Refused as fault:
            form.blame(fault)
    return render_template("courses/importers/question_files.html", form=form, brought=queries.brought(actor()), attached=queries.attached(actor()))


@bp.get("/workshop/question-files/<int:file_id>")
@may("write_courses")
def question_file(file_id: int) -> ResponseReturnValue:
    """How far a file is: being read, to be looked at, or in the bank."""
    row = queries.file_for(actor(), file_id)
    number = request.args.get("page", 1, type=whole) or 1
    look = queries.look(row, number) if row.read_at and not row.fault else None
    asked = [(shown, _as_asked(place, shown.item)) for place, shown in enumerate(look.questions, 1)] if look else []
    first = (look.number - 1) * kept.SIZE if look else 0
    return render_template("courses/importers/question_file.html", file=row, look=look, asked=asked, first=first, busy=_busy(row))


@bp.get("/workshop/question-files/<int:file_id>/progress")
@may("write_courses")
def question_file_progress(file_id: int) -> ResponseReturnValue:
    """How far the worker is with a file, for the page's script."""
    row = queries.file_for(actor(), file_id)
    answer = jsonify(busy=_busy(row), percent=row.job.progress)
    answer.cache_control.no_store = True
    return answer


@bp.post("/workshop/question-files/<int:file_id>/entry")
@may("write_courses")
def enter_questions(file_id: int) -> ResponseReturnValue:
    """Enter everything that was read in the bank."""
    with transaction():
        row = queries.file_for(actor(), file_id)
        actions.ask_to_enter(row, with_like="like" in request.form, now=clock.now())
    return redirect(url_for("importers.question_file", file_id=file_id))


@bp.get("/workshop/question-files/form.xlsx")
@may("write_courses")
def blank_workbook() -> Response:
    """An empty table with the headings and one question of each type to write over."""
    return _download(xlsx.workbook(EXAMPLES), "题目模板.xlsx")


@bp.get("/workshop/bank.xlsx")
@may("write_courses")
def bank_workbook() -> Response:
    """The questions in force within reach, as a table that reads back the same."""
    return _download(xlsx.workbook(queries.bank(actor())), "题库.xlsx")


@bp.get("/workshop/bank.gift")
@may("write_courses")
def bank_gift() -> Response:
    """The questions in force within reach, in GIFT, which reads back the same."""
    return _download(gift.written(queries.bank(actor())).encode(), "题库.gift.txt")


EXAMPLES = (
    NewItem("single", "发现火灾应拨打哪个电话？", ("110", "119", "120", "122"), (1,), "119 是全国统一的火警电话。", "消防", 1, 1),
    NewItem("multiple", "家中闻到燃气味应当怎样做？", ("关阀门", "开窗通风", "到室外再打电话", "开灯查找"), (0, 1, 2), "开灯会打出火花。", "安全", 2, 2),
    NewItem("true_false", "公安机关会通过电话要求把钱转入“安全账户”。", ("对", "错"), (1,), "凡是“安全账户”都是诈骗。", "防诈骗", 1, 1),
    NewItem("fill_in", "党员每年集中学习培训时间一般不少于____学时。", (), ("32", "三十二"), "《党员教育管理工作条例》第二十条。", "党务", 2, 1),
)


def _bring(form: forms.Bring) -> int:
    with passing_folder() as folder:
        source = folder / "file"
        form.file.data.save(source)
        with transaction():
            return actions.bring(source, form.file.data.filename or "", form.home.data, actor=actor(), now=clock.now()).id


def _busy(row: QuestionFile) -> bool:
    return row.fault is None and row.job.state in {"queued", "running"}


def _as_asked(place: int, item: NewItem) -> Item:
    return Item(place, item.kind, item.stem, item.options, item.answer, item.explanation, item.score)


def _download(data: bytes, name: str) -> Response:
    return send_file(io.BytesIO(data), as_attachment=True, download_name=name)
