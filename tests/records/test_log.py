"""The log proves that nothing was altered: whoever takes the guards away and writes leaves a trace."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from courses.kernel.db import db, transaction
from learning.organization.models import Person
from learning.records import actions, log, rules, tree
from learning.records import statement_rules as statements
from learning.records.models import Certificate, Checkpoint, LogLeaf
from tests import databases
from tests.house.test_migrations import fill_every_table
from tests.makers import make_course
from tests.people import NOW
from tests.records.proofs import attend, confirm, settle, someone, study, tampered

GUARDED = [
    "log_leaf",
    "certificate",
    "revocation",
    "correction",
    "hours_entry",
    "branch_record",
    "course_completion",
    "lesson_completion",
    "quiz_submission",
    "attendance",
    "home_delivery",
    "audit_entry",
    "log_node",
    "checkpoint",
    "credential",
    "signed_paper",
    "erasure",
]


@pytest.fixture
def history(county, course):
    """Three certificates, the first corrected, the second revoked, and a branch record: six leaves."""
    study(county.member, course)
    settle(county.member, course)
    for person_id in (county.old_member, county.secretary):
        attend(county, course, person_id) if person_id == county.old_member else study(person_id, course)
        settle(person_id, course)
    with transaction():
        actor = db.session.get_one(Person, county.county_admin)
        first, second, _ = db.session.query(Certificate).order_by(Certificate.id)
        actions.correct(first, "person_name", "张佳", "同音字", actor=actor, now=first.issued_at)
        actions.revoke(second, "登记有误", actor=actor, now=second.issued_at)
    confirm(county, [someone()])
    assert log.verify().leaves == 6
    return course


def fault(*statements, kept=""):
    """What the log says while somebody has written this into the database."""
    with tampered(*statements):
        return log.verify(kept=kept).fault


def test_an_untouched_log_fits(history):
    found = log.verify()
    assert (found.leaves, found.fault) == (6, "")
    assert found.head == db.session.get(LogLeaf, 5).head


def test_an_empty_log_fits(app):
    assert log.verify() == log.Verdict(0, rules.GENESIS)


def test_leaves_are_counted_aloud(history):
    told = []
    log.verify(told.append)
    assert told == [1, 2, 3, 4, 5, 6]


CHANGES = {
    "certificate": [
        "person_name = '李四'",
        "number = 'QC0101-2026-999999-A'",
        "code = 'AAAAAA'",
        "quarters = 400",
        "score = null",
        "course_title = '另一门'",
        "organization_name = '石桥村党支部'",
        "completed_on = '2026-01-01'",
        "issued_at = '2026-01-01 00:00:00.000000'",
        "issuer_name = ''",
        "rule = '没有'",
        "route = 'home'",
        "person_id = 3",
    ],
    "course_completion": [
        """evidence = '{"session": 99}'""",
        "evidence = '{}'",
        "person_id = 3",
        "completed_on = '2026-01-01'",
        "route = 'class'",
        "entered_by_id = 7",
        "at = '2026-01-01 00:00:00.000000'",
    ],
}


@pytest.mark.parametrize("table", CHANGES)
def test_a_changed_certificate_or_completion_is_found(history, table):
    for change in CHANGES[table]:
        assert fault(f"update {table} set {change} where id = 1") == "第 0 条：certificate记录 1 与登记时不一致", change


def test_any_other_changed_record_is_found(history):
    counts = "json_set(content, '$.counts.trained', 99)" if databases.chosen == "sqlite" else "jsonb_set(content::jsonb, '{counts,trained}', '99')"
    for place, change in (
        (3, "update correction set value = '张三'"),
        (3, "update correction set reason = ''"),
        (4, "update revocation set reason = '没有原因'"),
        (4, "update revocation set certificate_id = 3"),
        (5, f"update branch_record set content = {counts}"),
        (5, "update branch_record set sha256 = 'x'"),
    ):
        assert fault(change).startswith(f"第 {place} 条："), change


def test_a_changed_leaf_is_found_and_so_is_one_that_points_elsewhere_or_is_dated_back(history):
    changes = [f"{column} = '{'ab' * 32}'" for column in ("salt", "commitment", "leaf", "head")]
    changes += ["kind = 'correction'", "kind = 'nothing'", "record_id = 77", "at = '2020-01-01 00:00:00.000000'"]
    for change in changes:
        assert fault(f'update log_leaf set {change} where "index" = 2').startswith("第 2 条："), change


def test_a_leaf_rewritten_with_its_commitment_breaks_the_chain(history):
    """Someone who knows how leaves are made changes a certificate and makes its leaf anew; the heads after it then disagree."""
    row = db.session.get(LogLeaf, 1)
    values = {**log.snapshot("certificate", db.session.get(Certificate, row.record_id)), "person_name": "李四"}
    commitment = rules.commitment(values, row.salt)
    leaf = rules.leaf_hash(commitment)
    head = rules.next_head(db.session.get(LogLeaf, 0).head, leaf)
    said = fault(
        f"update certificate set person_name = '李四' where id = {row.record_id}",
        f"update log_leaf set commitment = '{commitment}', leaf = '{leaf}', head = '{head}' where \"index\" = 1",
    )
    assert said == "第 2 条：链值不符"


def test_a_removed_leaf_is_found(history):
    for place, words in ((0, "第 0 条：序号不连续"), (2, "第 2 条：序号不连续"), (5, "branch_record记录 1 没有登记")):
        assert fault(f'delete from log_leaf where "index" = {place}').startswith(words)


def test_a_removed_record_is_found(history):
    assert fault("delete from correction").startswith("第 3 条：找不到")
    assert fault("delete from branch_record").startswith("第 5 条：找不到")


def test_the_last_leaf_and_its_record_cut_off_are_found_by_a_head_kept_elsewhere(history):
    kept = log.verify().head
    cut = (
        "delete from log_leaf where kind = 'branch_record'",
        "delete from branch_record",
        "delete from checkpoint",
        'delete from log_node where level = 1 and "index" = 2',
    )
    assert fault(*cut) == "", "the log alone cannot know"
    assert "被截去" in fault(*cut, kept=kept)


def test_a_head_kept_earlier_is_met_in_a_log_that_grew(county, history):
    kept = log.verify().head
    confirm(county, [someone()])
    assert log.verify(kept=kept).fault == ""
    assert log.verify(kept=rules.GENESIS).fault == ""


def test_leaves_in_another_order_are_found(history):
    swap = [f'update log_leaf set "index" = {new} where "index" = {old}' for old, new in ((1, 99), (2, 1), (99, 2))]
    assert fault(*swap).startswith("第 1 条：")


def test_a_record_slipped_in_without_a_leaf_is_found(history):
    columns = "certificate_id, field, value, reason, at, by_id"
    assert fault(f"insert into correction ({columns}) select {columns} from correction") == "correction记录 2 没有登记"


def test_a_leaf_slipped_in_is_found(history):
    copied = "insert into log_leaf select 6, 'correction', 9, salt, commitment, leaf, head, at from log_leaf where \"index\" = 3"
    assert fault(copied).startswith("第 6 条：找不到")


def test_a_value_that_cannot_be_read_is_a_finding_not_a_breakdown(history):
    changes = ["update log_leaf set salt = 'not hexadecimal' where \"index\" = 1"]
    if databases.chosen == "sqlite":  # PostgreSQL itself takes nothing but a day for a day
        changes += [
            "update certificate set began_on = 'someday' where id = 2",
            "update course_completion set evidence = '{' where id = 2",
            "update log_leaf set at = 'once' where \"index\" = 1",
        ]
    for change in changes:
        assert "读不出来" in fault(change), change


def test_the_database_itself_refuses_to_change_a_proof(history):
    fill_every_table()
    for table in GUARDED:
        column = db.metadata.tables[table].primary_key.columns.keys()[0]
        for act in (f'update {table} set "{column}" = "{column}"', f"delete from {table}"):
            with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction() as session:
                session.execute(text(act))


def test_the_command_says_what_it_found_and_ends_with_one(app, history):
    run = app.test_cli_runner().invoke
    good = run(args=["records", "verify-log"])
    assert good.exit_code == 0
    assert good.output.startswith("6 leaves fit; root ")
    assert "没有核对" in good.output
    head = good.output.splitlines()[0].split()[-1]
    met = run(args=["records", "verify-log", "--kept", head])
    assert met.exit_code == 0 and "核对上了" in met.output
    assert run(args=["records", "verify-log", "--kept", "ab" * 32]).exit_code == 1
    with tampered("update certificate set person_name = '李四' where id = 2"):
        bad = run(args=["records", "verify-log"])
    assert bad.exit_code == 1
    assert "第 1 条" in bad.output


def test_a_slip_of_the_hand_is_no_tampered_log(app, history, tmp_path):
    def verify_by(kept):
        done = app.test_cli_runner().invoke(args=["records", "verify-log", "--kept", str(kept)])
        return done.exit_code, done.output

    with transaction():
        standing = tree.checkpoint(now=NOW)
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(standing.text, "utf-8-sig")
    assert verify_by(kept)[0] == 0
    assert verify_by(tmp_path / "nope.txt")[0] == verify_by(tmp_path)[0] == 2
    for data in (b"", standing.text.encode("utf-16"), b"\x89PNG\r\n\x1a\n"):
        kept.write_bytes(data)
        code, said = verify_by(kept)
        assert code == 2 and "不是登记簿存根" in said and "Traceback" not in said, said


def test_a_revocation_that_a_checkpoint_does_not_cover_is_found(county, history):
    with transaction() as session:
        actions.revoke(session.get_one(Certificate, 1), "登记有误", actor=session.get_one(Person, county.county_admin), now=NOW)
        tree.checkpoint(now=NOW)
    assert log.verify().fault == ""
    with transaction() as session:
        row = session.query(Checkpoint).order_by(Checkpoint.size.desc()).first()
        said = statements.checkpoint_from(row.text)
        assert said.revoked == statements.revoked_of(tree.revocations(row.size)) != statements.revoked_of([])
        size, forged = row.size, statements.checkpoint_text(replace(said, revoked=statements.revoked_of([])))
    with tampered(f"update checkpoint set text = '{forged}' where size = {size}"):
        assert "撤销过的证明被改写过" in log.verify().fault


def test_a_certificate_of_another_course_is_a_leaf_of_its_own(county, history):
    other = make_course(county, title="另一门课")
    study(county.member, other)
    settle(county.member, other)
    assert (log.verify().leaves, log.verify().fault) == (7, "")
