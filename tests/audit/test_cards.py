"""Cards for a whole branch on A4 sheets: who gets one, what the paper says, that each works once and the one before is dead."""

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from courses.kernel.db import db
from learning.accounts.models import SignInCard
from learning.records import typst
from tests.audit.pages import page, said, with_account
from tests.audit.test_way_in import print_card, use_card
from tests.clients import client_for
from tests.people import County


def words_on(pdf: bytes, folder: Path) -> str:
    (folder / "a.pdf").write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", folder / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout


def test_a_sheet_of_cards_for_those_who_have_no_password(app: Flask, county: County, tmp_path: Path):
    with_account(county.member)
    shown = page(app, county.secretary, f"/branches/{county.willow}/cards")
    assert f'value="{county.activist}" id="person-{county.activist}" checked' in shown and f'id="person-{county.member}">' in shown
    assert f'id="person-{county.secretary}"' not in shown, "nobody helps themselves"
    assert f'id="person-{county.old_member}">' in shown and "没有手机或不上网" in shown, "whoever is not online needs no card"
    client = client_for(app, county.secretary)
    answer = client.post(f"/branches/{county.willow}/cards", data={"person_id": [county.old_member, county.activist]})
    assert answer.mimetype == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    words = words_on(answer.data, tmp_path)
    assert "filename*=UTF-8''QC0101-" in answer.headers["Content-Disposition"]
    assert "用户名：liyi" in words and re.search(r"first/[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", words.replace("\u200b", "")), "an address to type"
    assert "李乙 同志" in words and "王丙 同志" in words and "张甲" not in words and "柳荫村党支部" in words
    rows = list(db.session.scalars(select(SignInCard)))
    assert {row.person_id for row in rows} == {county.old_member, county.activist} and len(said("issue_card")) == 2
    client.post(f"/branches/{county.willow}/cards", data={"person_id": [county.old_member]})
    db.session.expire_all()
    assert [row.revoked_at is not None for row in db.session.scalars(select(SignInCard).where(SignInCard.person_id == county.old_member))] == [True, False]


def test_nobody_beyond_the_branch_gets_a_card(app: Flask, county: County):
    client = client_for(app, county.secretary)
    for person in (county.neighbour, county.secretary):
        assert client.post(f"/branches/{county.willow}/cards", data={"person_id": [county.member, person]}).status_code == 404
    assert client.post(f"/branches/{county.willow}/cards", data={}).status_code == 302
    assert db.session.scalar(select(SignInCard.id)) is None


def test_sheets_that_cannot_be_typeset_cost_nobody_their_card(app: Flask, county: County, monkeypatch: pytest.MonkeyPatch):
    before = print_card(app, county.secretary, county.activist)

    def broken(*_: object) -> bytes:
        raise RuntimeError("no fonts")

    client = client_for(app, county.secretary)
    with monkeypatch.context() as patched:
        patched.setattr(typst, "pdf", broken)
        assert client.post(f"/branches/{county.willow}/cards", data={"person_id": [county.activist, county.member]}).status_code == 500
    assert use_card(app, before)[1].status_code == 302, "the card in hand still opens"
    assert client.post(f"/branches/{county.willow}/cards", data={"person_id": [county.member]}).status_code == 200
    assert said("set_names") == ["为张甲起用户名“zhangjia”"]


def test_a_card_may_be_typed_in_capitals_and_without_its_dashes(app: Flask, county: County):
    card = print_card(app, county.secretary, county.member)
    typed = card.address.split("/first/")[1].replace("-", "").upper()
    assert app.test_client().get(f"/first/{typed}").status_code == 200
