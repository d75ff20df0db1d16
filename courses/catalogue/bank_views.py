"""The trainer's pages of the question bank: found by topic, difficulty, kind and words; written, changed by versions, put out of use."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries, review_queries
from courses.catalogue.blueprint import bp
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.web import takes_file
from courses.kernel.words import joined
from courses.media import document_actions
from courses.media import queries as media
from courses.questions import bank_actions, bank_queries, forms
from courses.questions import queries as question_queries
from courses.questions.bank_queries import Wanted
from courses.questions.forms import Block
from courses.questions.rules import DIFFICULTY_WORDS, KIND_WORDS


@bp.get("/workshop/bank")
@may("write_courses")
def bank() -> ResponseReturnValue:
    """The questions of the bank within reach."""
    return shelf_page(url_for("catalogue.bank"))


@bp.route("/workshop/bank/new", methods=["GET", "POST"])
@may("write_courses")
@takes_file(megabytes=document_actions.MOST_PICTURE // 2**20)
def new_bank_question() -> ResponseReturnValue:
    """Write a question into the bank of an organization for which the person writes."""
    homes = queries.homes(actor())
    home = request.form.get("home", homes[0][0], type=whole)
    if request.method == "GET":
        return _page(Block(), homes=homes, home=home)
    block = forms.block_sent(request.form)
    if home not in dict(homes):
        raise Refused("请选一个您任讲师的党组织。")
    _must_own_recording(block, None)
    try:
        block = _with_picture(block)
        with transaction():
            _must_be_good(block)
            added = bank_actions.add_to_bank([block.new_item()], home, actor=actor(), now=clock.now())
    except Refused as fault:
        return _page(replace(block, fault=fault.message), homes=homes, home=home), 422
    flash(_("已放进题库。") if added.new else _("题库里已经有这道题，没有重复放。"), "good" if added.new else "warm")
    return redirect(url_for("catalogue.bank"))


@bp.route("/workshop/bank/<int:bank_id>", methods=["GET", "POST"])
@may("write_courses")
@takes_file(megabytes=document_actions.MOST_PICTURE // 2**20)
def bank_question(bank_id: int) -> ResponseReturnValue:
    """One question: what is in force, where it is used, how it came to be; saving makes a new version."""
    standing = question_queries.value(bank_queries.standing(actor(), bank_id))
    if request.method == "GET":
        return _page(Block.of(standing), bank_id=bank_id)
    block = forms.block_sent(request.form)
    _must_own_recording(block, standing.asset_id)
    try:
        block = _with_picture(block)
        with transaction():
            _must_be_good(block)
            version = bank_actions.revise(bank_queries.entry(actor(), bank_id), block.new_item(), actor=actor(), now=clock.now()).version
    except Refused as fault:
        return _page(replace(block, fault=fault.message), bank_id=bank_id), 422
    flash(_("已保存，现在是第 %(n)s 版。", n=version), "good")
    return redirect(url_for("catalogue.bank_question", bank_id=bank_id))


@bp.post("/workshop/bank/<int:bank_id>/retirement")
@may("write_courses")
def retire_bank_question(bank_id: int) -> ResponseReturnValue:
    """停用: the question is picked and drawn no more."""
    with transaction():
        bank_actions.retire(bank_queries.entry(actor(), bank_id), actor=actor(), now=clock.now())
    flash(_("已停用。"), "warm")
    return redirect(url_for("catalogue.bank_question", bank_id=bank_id))


@bp.post("/workshop/bank/<int:bank_id>/restoration")
@may("write_courses")
def restore_bank_question(bank_id: int) -> ResponseReturnValue:
    """Put a retired question back into use."""
    with transaction():
        bank_actions.restore(bank_queries.entry(actor(), bank_id))
    flash(_("已重新启用。"), "good")
    return redirect(url_for("catalogue.bank_question", bank_id=bank_id))


def shelf_page(address: str, *, target: dict[str, Any] | None = None) -> str:
    """The bank as a list with its filters; with a `target`, to pick from."""
    wanted = _wanted()
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return render_template(
        "courses/questions/bank.html",
        wanted=wanted,
        found=bank_queries.listed(actor(), wanted, page=request.args.get("page", 1, type=whole)),
        shelves=bank_queries.shelves(actor()),
        target=target,
        kind_words=KIND_WORDS,
        difficulty_words=DIFFICULTY_WORDS,
        page_url=lambda number: f"{address}?{urlencode({**kept, 'page': number})}",
    )


def _wanted() -> Wanted:
    kind, difficulty = request.args.get("kind", ""), request.args.get("difficulty", "")
    return Wanted(
        kind if kind in KIND_WORDS else "",
        request.args.get("topic", "").strip()[:60],
        int(difficulty) if difficulty in {"1", "2", "3"} else None,
        request.args.get("words", "").strip()[:60],
        request.args.get("retired") == "1",
    )


def _page(block: Block, *, bank_id: int | None = None, homes: list[tuple[int, str]] | None = None, home: int | None = None) -> str:
    entry = bank_queries.entry(actor(), bank_id) if bank_id else None
    item = question_queries.value(entry.versions[-1]) if entry else None
    return render_template(
        "courses/questions/bank_question.html",
        question=block,
        entry=entry,
        item=item,
        homes=homes or [],
        home=home,
        shelves=bank_queries.shelves(actor()),
        most_picture=document_actions.MOST_PICTURE,
        recording=media.asset(block.asset_id) if block.asset_id else None,
        playback=media.attachment(item.asset_id, person_id=actor().id, now=clock.now()) if item else None,
        places=queries.places_of(bank_queries.quizzes_with(entry.id)) if entry else [],
        names=review_queries.names(row.author_id for row in entry.versions) if entry else {},
    )


def _with_picture(block: Block) -> Block:
    """With the picture that was sent, if one was, in place of what went with the question; it is kept even if the question has a fault."""
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        return replace(block, asset_id=None, alt="") if request.form.get("bare") else block
    taken = document_actions.take_picture(sent.stream, sent.filename)
    with transaction():
        return replace(block, asset_id=document_actions.enter_picture(taken, actor=actor(), now=clock.now()).id)


def _must_be_good(block: Block) -> None:
    if faults := block.faults():
        raise Refused(joined(faults))


def _must_own_recording(block: Block, standing: int | None) -> None:
    """A recording is one's own upload, or the one that the question has."""
    if block.asset_id and block.asset_id != standing:
        media.own_asset(actor(), block.asset_id)
