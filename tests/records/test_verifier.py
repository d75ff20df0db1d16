"""The stand-alone verifier, over files that the site hands out and a database somebody tampered with: it finds each thing that was done."""

import importlib.util
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.organization.models import Person
from learning.records import actions, keys, queries
from learning.records import statement_rules as statements
from learning.records.models import BranchRecord, Certificate, LogLeaf
from tests.clients import client_for
from tests.people import NOW
from tests.records.proofs import attend, confirm, settle, someone, study, tampered

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "verify.py"
_spec = importlib.util.spec_from_file_location("verify", VERIFIER)
verify = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(verify)


class Auditor:
    """Someone with a folder of files, the root fingerprint from a paper, and the verifier."""

    def __init__(self, app, county, folder, capsys):
        self.app, self.county, self.folder, self.capsys = app, county, folder, capsys
        self.root = keys.standing().fingerprint

    def take(self, path, name=None):
        """Download a file from the site."""
        answer = client_for(self.app, self.county.county_admin).get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}"
        return self.keep(answer.data, name or path.partition("?")[0].strip("/").replace("/", "-"))

    def keep(self, data, name):
        file = self.folder / name
        file.write_bytes(data)
        return str(file)

    def verify(self, *things, root=None):
        """(how it ended, what it said)"""
        self.capsys.readouterr()
        ended = verify.main(["--root", root or self.root, *things])
        out = self.capsys.readouterr()
        return ended, out.out + out.err

    def finds(self, *things, words):
        ended, said = self.verify(*things)
        assert (ended, words in said) == (1, True), f"{ended}\n{said}"


@pytest.fixture
def history(county, course):
    """The certificate of someone who passed a quiz, and of one who was present; then a branch record with its checkpoint."""
    study(county.member, course)
    settle(county.member, course)
    attend(county, course, county.old_member)
    settle(county.old_member, course)
    confirm(county, [someone(), someone("李乙", route="home")])


@pytest.fixture
def auditor(app, county, history, tmp_path, capsys):
    folder = tmp_path / "auditor"
    folder.mkdir()
    return Auditor(app, county, folder, capsys)


@pytest.fixture
def kept(auditor):
    """The checkpoint that the secretary kept, as an option."""
    return ("--kept", auditor.take("/check/log/checkpoints/3.txt", "kept.txt"))


def grow(county, course):
    with transaction():
        row = db.session.query(Certificate).order_by(Certificate.id.desc()).first()
        actions.correct(row, "person_name", "李已", "同音字", actor=db.session.get_one(Person, county.county_admin), now=NOW)
    confirm(county, [someone()])


def token(certificate_id=1):
    return queries.credential(db.session.get_one(Certificate, certificate_id)).token


def test_everything_that_the_site_hands_out_holds(app, county, course, auditor, kept):
    grow(county, course)
    things = [auditor.take(path) for path in ("/certificates/1.json", "/certificates/2.json", "/branch-records/1.json", "/certificates/1.pdf")]
    things += [auditor.take("/branch-records/1.pdf", "branch.pdf"), auditor.take("/check/log/consistency.json?old=3", "consistency.json")]
    things += [auditor.take("/check/log/export.jsonl"), f"http://localhost/check/QC/ABC#{token()}", kept[1]]
    ended, said = auditor.verify(*kept, *things)
    assert ended == 0, said
    for words in (
        "支部完成记录",
        "登记簿第 0 条",
        "已更正",
        "从 3 条的存根到 5 条的存根",
        "登记簿共 5 条",
        "1 学时" if False else "0.25 学时",
        "不证明学的人是否用心",
    ):
        assert words in said, said
    done = subprocess.run([sys.executable, "-I", VERIFIER, "--root", auditor.root, *kept, *things], capture_output=True, text=True, cwd="/", check=False)
    assert (done.returncode, done.stdout) == (0, said), "it stands alone"


def test_a_changed_score_is_found(auditor, kept):
    with tampered("update certificate set score = 100 - score + 1 where id = 1"):
        auditor.finds(*kept, auditor.take("/certificates/1.json"), auditor.take("/check/log/export.jsonl"), words="登记簿第 0 条，内容与登记时一致：内容被改过")


def test_a_changed_score_with_its_leaf_made_anew_is_found_by_the_checkpoint(auditor, kept):
    from learning.records import log, rules

    with tampered("update certificate set score = 1 where id = 1"):
        row = db.session.get(LogLeaf, 0)
        commitment = rules.commitment(log.snapshot("certificate", db.session.get(Certificate, 1)), row.salt)
        db.session.remove()
        with transaction() as session:
            session.get(LogLeaf, 0).commitment, session.get(LogLeaf, 0).leaf = commitment, rules.leaf_hash(commitment)
        auditor.finds(*kept, auditor.take("/certificates/1.json"), words="不在存根所指的登记簿里")
        auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), words="登记簿前 3 条与那时的存根：以前的记录被改动")


def test_a_removed_record_is_found(auditor, kept):
    with tampered("delete from credential where certificate_id = 2", "delete from certificate where id = 2", 'delete from log_leaf where "index" = 1'):
        auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), words="登记簿第 1 条：序号不连续")
    moved = 'update log_leaf set "index" = 1 where "index" = 2'
    with tampered("delete from credential where certificate_id = 2", "delete from certificate where id = 2", 'delete from log_leaf where "index" = 1', moved):
        auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), words="登记簿只剩 2 条，后面的被截去了")


def test_a_reordered_log_is_found(auditor, kept):
    swap = [f'update log_leaf set "index" = {new} where "index" = {old}' for old, new in ((0, 99), (1, 0), (99, 1))]
    with tampered(*swap):
        auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), words="调换了位置")


def test_a_log_cut_short_is_found(county, course, auditor):
    grow(county, course)
    kept = ("--kept", auditor.take("/check/log/checkpoints/5.txt"))
    cut = (
        'delete from log_leaf where "index" > 2',
        "delete from branch_record where id = 2",
        "delete from correction",
        "delete from checkpoint where size = 5",
    )
    with tampered(*cut, "delete from log_node where level = 2"):
        auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), words="登记簿只剩 3 条，后面的被截去了")
        auditor.finds(*kept, auditor.take("/certificates/1.json"), words="还没有核对")


def test_a_history_told_twice_is_found(county, course, auditor, kept):
    """The log was cut back and went on differently: both checkpoints are signed, and they contradict each other."""
    cut = ("delete from log_leaf where kind = 'branch_record'", "delete from branch_record", "delete from checkpoint")
    with tampered(*cut):
        confirm(county, [someone("王丙")])
        auditor.finds(*kept, auditor.take(f"/branch-records/{db.session.scalars(select(BranchRecord.id)).one()}.json"), words="有人把登记簿改成了两种样子")


def test_a_forged_certificate_is_found(auditor, kept, tmp_path):
    """Someone without the keys makes their own, and a credential and a PDF with them."""
    other = tmp_path / "other"
    keys.begin(other, now=NOW)
    forger = keys._read(other / "keys.json")
    own, _, _ = statements.credential_from(token())
    for kid in (forger.current.kid, keys.standing().current.kid):
        said = statements.Credential(**{**own.__dict__, "name": "王*", "kid": kid})
        made = statements.credential_token(said, forger.sign(statements.CREDENTIAL, statements.credential_body(said)))
        words = "不在密钥列表里" if kid == forger.current.kid else "签名不对"
        auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), made, words=words)
    ended, said = auditor.verify("--keys", str(other / "keys.json"), made)
    assert ended == 1 and "根指纹不符" in said


def test_a_certificate_that_only_the_keys_vouch_for_is_found(auditor, kept):
    """Whoever holds the keys can make a paper that looks right; it has no place in the log of the kept checkpoint."""
    own, _, _ = statements.credential_from(token())
    said = statements.Credential(**{**own.__dict__, "number": "QC0101-2026-000900-X", "leaf": os.urandom(12)})
    made = statements.credential_token(said, keys.standing().sign(statements.CREDENTIAL, statements.credential_body(said)))
    auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), made, words="找不到它那一条")


def test_a_certificate_of_a_revoked_key_is_found_and_gets_a_new_signature(auditor):
    old, old_pdf, kid = token(), auditor.take("/certificates/1.pdf", "old.pdf"), keys.standing().current.kid
    keys.revoke(settings().data_dir / "keys", kid, "电脑丢失", now=NOW + timedelta(days=1))
    listed = ("--keys", auditor.take("/check/keys.json"))
    auditor.finds(*listed, old, words=f"密钥 {kid} 已作废（电脑丢失）")
    auditor.finds(*listed, old_pdf, words="签名的密钥已作废")
    new_pdf = auditor.take("/certificates/1.pdf", "new.pdf")
    assert token() != old
    ended, said = auditor.verify(*listed, token(), new_pdf)
    assert ended == 0, said


def test_a_revoked_certificate_says_so(county, auditor, kept):
    with transaction():
        actions.revoke(db.session.get_one(Certificate, 1), "登记有误", actor=db.session.get_one(Person, county.county_admin), now=NOW)
    auditor.finds(*kept, auditor.take("/check/log/export.jsonl"), token(), words="2026-11-02 已撤销")
    auditor.finds(auditor.take("/certificates/1.json"), words="状态：已撤销，不再有效")


def revoked(auditor, county):
    """A certificate that was taken back: its proof and the log of then, and a PDF from before."""
    pdf = auditor.take("/certificates/1.pdf")
    with transaction():
        actions.revoke(db.session.get_one(Certificate, 1), "登记有误", actor=db.session.get_one(Person, county.county_admin), now=NOW)
    return json.loads(Path(auditor.take("/certificates/1.json")).read_text()), Path(auditor.take("/check/log/export.jsonl")), pdf


def test_a_proof_from_which_the_revocation_was_left_out_is_found(county, auditor):
    proof, log, _ = revoked(auditor, county)
    bare = auditor.keep(json.dumps({**proof, "changes": [], "credential": ""}).encode(), "bare.json")
    auditor.finds(bare, words="状态：已撤销，不再有效")
    auditor.finds(bare, str(log), words="2026-11-02 已撤销")
    fewer = auditor.keep(json.dumps({**proof, "changes": [], "credential": "", "revoked": []}).encode(), "fewer.json")
    auditor.finds(fewer, words="有的被隐去了")
    del proof["revoked"]
    ended, said = auditor.verify(auditor.keep(json.dumps({**proof, "changes": [], "credential": ""}).encode(), "silent.json"))
    assert ended == 0 and "是否撤销没有核对" in said and "全部相符" not in said, said


def test_a_log_in_which_a_revocation_is_called_something_else_is_found(county, auditor):
    proof, log, _ = revoked(auditor, county)
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    for row in rows[1:]:
        if row["kind"] == "revocation":
            row["kind"] = "certificate"
            del row["about"]
    edited = auditor.keep("\n".join(json.dumps(row) for row in rows).encode(), "edited.jsonl")
    auditor.finds(edited, proof["credential"], words="有的被隐去或改动了")
    rows[0]["checkpoint"] = ""
    ended, said = auditor.verify(auditor.keep("\n".join(json.dumps(row) for row in rows).encode(), "bare.jsonl"), proof["credential"])
    assert ended == 0 and "是否撤销没有核对" in said and "全部相符" not in said, said


def test_a_pdf_does_not_say_by_itself_that_nothing_was_revoked(county, auditor):
    listed = ("--keys", auditor.take("/check/keys.json"))
    proof, _, pdf = revoked(auditor, county)
    ended, said = auditor.verify(*listed, pdf)
    assert ended == 0 and f"证明 {proof['record']['number']} 的 PDF 只说明" in said and "全部相符" not in said, said


def test_a_line_that_calls_itself_erased_and_says_something_is_found(auditor):
    said = json.loads(Path(auditor.take("/branch-records/1.json")).read_text())
    lines = said["record"]["content"]["people"]
    lines[0] = {"erased": verify.sealed(lines[0])}
    ended, words = auditor.verify(auditor.keep(json.dumps(said).encode(), "erased.json"))
    assert ended == 0, words
    lines[0] = {**lines[0], "name": "假人某", "state": "done"}
    auditor.finds(auditor.keep(json.dumps(said).encode(), "rewritten.json"), words="内容被改过")


def test_one_changed_byte_of_a_pdf_is_found(auditor):
    path = Path(auditor.take("/certificates/1.pdf"))
    listed, whole = ("--keys", auditor.take("/check/keys.json")), path.read_bytes()
    for place in (100, len(whole) // 3):
        auditor.finds(*listed, auditor.keep(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], "changed.pdf"), words="内容被改过")
    auditor.finds(*listed, auditor.keep(whole + b"\n% more", "longer.pdf"), words="签名以后又添了内容")
    auditor.finds(*listed, auditor.keep(whole[:2000], "cut.pdf"), words="没有数字签名")


def test_a_changed_line_of_a_branch_record_is_found(auditor):
    said = json.loads(Path(auditor.take("/branch-records/1.json")).read_text())
    said["record"]["content"]["people"][1]["state"] = "help"
    changed = auditor.keep(json.dumps(said).encode(), "changed.json")
    auditor.finds(changed, words="内容被改过")
    auditor.finds(changed, words="的指纹")


def test_what_was_not_checked_is_not_called_good(auditor, kept):
    auditor.finds(*kept, "--keys", auditor.take("/check/keys.json"), token(), words="还没有核对")
    ended, said = auditor.verify(token())
    assert ended == 2 and "没有密钥列表" in said


@pytest.mark.parametrize("thing", ["nonsense", "{}", "a#b", "%PDF-1.7", "sky-lecture-hall/x\n1"])
def test_what_cannot_be_read_is_said_and_nothing_breaks(auditor, thing):
    for given in (thing, auditor.keep(thing.encode(), "thing")):
        ended, said = auditor.verify("--keys", auditor.take("/check/keys.json"), given)
        assert ended in {1, 2} and "Traceback" not in said, said


def test_the_public_log_and_the_checkpoints_tell_of_nobody(auditor):
    text = Path(auditor.take("/check/log/export.jsonl")).read_text()
    assert not [name for name in ("张甲", "李乙", "柳荫", "QC0101", "消防") if name in text]
    assert db.session.query(BranchRecord).count() == 1 and len(text.splitlines()) == 4
