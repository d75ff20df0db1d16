"""A name that the papers cannot show is told at once, with what to do; one that they can is drawn, with the character itself behind the ink."""

from pathlib import Path

import pytest
from flask import Flask

from learning.records import glyphs, typst
from tests.audit.test_import import sent, words_of
from tests.clients import client_for
from tests.people import County
from tests.records.proofs import fonts, printed
from tests.records.test_papers import RARE
from tests.roster import books

OWN = "\ue001"  # of private use: every system draws something else
BEYOND = "𪚥"  # a character of four dragons, which the fonts of the papers lack


@pytest.mark.parametrize("mark", [*RARE, "𬭛", "𬴊", "𫘧", "·", "―"])
def test_what_is_said_to_be_drawn_is_set_in_an_embedded_font_of_ours(mark: str, tmp_path: Path):
    assert glyphs.warning(f"张{mark}") == ""
    made = typst.pdf(
        "sign_in_sheet",
        {
            "branch": "柳荫村党支部",
            "qr": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>",
            "people": [["1", f"张{mark}", "", ""]],
            "facts": [""] * 5,
        },
    )
    assert f"张{mark}" in printed(made).replace(" ", "")
    assert all("Noto" in line[0] for line in fonts(made, tmp_path))


@pytest.mark.parametrize("mark", [OWN, "\U000f1234", "\u0378"])
def test_what_no_font_may_draw_is_named_with_its_code(mark: str):
    words = glyphs.warning(f"李{mark}{mark}")
    assert f"U+{ord(mark):04X}" in words and words.count(mark) == 1 and "fonts-hanazono" in words


def test_a_glyph_that_is_missing_from_the_papers_fonts_is_sought_in_the_others(monkeypatch: pytest.MonkeyPatch):
    def covered(*families: str) -> frozenset[int]:
        return frozenset({ord("张")} if families else {ord("𠮷")})

    monkeypatch.setattr(glyphs, "_covered", covered)
    assert glyphs.undrawn("张𠮷李张李") == "李"


def test_it_is_told_at_import_on_joining_and_on_renaming_and_keeps_nobody_out(app: Flask, county: County, tmp_path: Path):
    client = client_for(app, county.secretary)
    path = books.xlsx(tmp_path / "a.xlsx", [["姓名"], [f"钱{BEYOND}"], ["孙𠮷𬭛"], ["张甲"]])
    shown = words_of(client.get(sent(client, county.willow, path)).text)
    assert "画不出来" in shown and "U+2A6A5" in shown and shown.count("画不出来") == 1 and "2 人 新加入" in shown
    fields = {"name": f"周{BEYOND}", "stage": "full", "expectation": "required", "contact": "", "mobile": "", "user_name": ""}
    assert "U+2A6A5" in client.post(f"/branches/{county.willow}/people/new", data=fields, follow_redirects=True).text
    renamed = client.post(f"/people/{county.member}/edit", data={**fields, "name": f"张{BEYOND}", "organization_id": county.willow}, follow_redirects=True)
    assert "U+2A6A5" in renamed.text and "已保存" in renamed.text
    fine = client.post(f"/people/{county.member}/edit", data={**fields, "name": "张㛃", "organization_id": county.willow}, follow_redirects=True)
    assert "画不出来" not in fine.text
