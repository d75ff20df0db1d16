"""The tree as it is kept: proofs of any log, checkpoints that tell of what was altered, dropped or cut off."""

import pytest
from sqlalchemy import event

from courses.kernel.clock import now
from courses.kernel.db import db, transaction
from courses.kernel.errors import Missing
from courses.kernel.settings import settings
from learning.organization.models import Person
from learning.records import actions, keys, log, tree
from learning.records import statement_rules as statements
from learning.records.models import Certificate, LogLeaf, LogNode
from tests.people import NOW
from tests.records.proofs import certify, confirm, someone, tampered
from verifier.verify import continues, included


@pytest.fixture
def grown(county, course):
    """A certificate with twelve corrections: thirteen leaves, then a branch record with its checkpoint."""
    row = certify(county, course)
    with transaction():
        mine, actor = db.session.get_one(Certificate, row.id), db.session.get_one(Person, county.county_admin)
        for place in range(12):
            actions.correct(mine, "person_name", f"张{place}", "同音字", actor=actor, now=NOW)
    confirm(county, [someone()])
    return tree.checkpoints()[0].text


def leaf(index):
    return bytes.fromhex(db.session.get_one(LogLeaf, index).leaf)


def test_every_leaf_is_proved_in_every_log_that_holds_it(grown):
    for size in range(1, 15):
        top = tree.root(size)
        for index in range(size):
            assert included(leaf(index), index, size, tree.inclusion(index, size)) == top
        for old in range(1, size + 1):
            assert continues(old, tree.root(old), size, top, tree.consistency(old, size))


def test_a_proof_asks_the_database_little(grown):
    asked = []
    with db.engine.connect():
        event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        tree.inclusion(3, 14)
    assert len([one for one in asked if "log_" in one]) <= 3


def test_no_proof_beyond_the_log(grown):
    for ask in (lambda: tree.inclusion(14, 15), lambda: tree.inclusion(4, 3), lambda: tree.consistency(0, 3), lambda: tree.consistency(3, 15)):
        with pytest.raises(Missing):
            ask()


def test_a_branch_record_leaves_a_checkpoint_that_covers_it(grown):
    said = statements.checkpoint_from(grown)
    assert (said.size, said.root) == (14, tree.root(14))
    assert said.origin == keys.standing().origin
    assert keys.standing().holds(statements.CHECKPOINT, statements.checkpoint_body(said), said.signature, said.kid)
    assert tree.covering(13).size == 14 and tree.covering(14) is None
    with transaction():
        assert tree.checkpoint(now=now()).text == grown, "a log that did not grow needs no second checkpoint"


def test_an_empty_log_and_one_without_keys_have_none(app, county, course):
    with transaction():
        assert tree.checkpoint(now=NOW) is None
    (settings().data_dir / "keys" / "keys.json").rename(settings().data_dir / "keys" / "away")
    certify(county, course)
    with transaction():
        assert tree.checkpoint(now=NOW) is None


def test_the_whole_fits(grown):
    found = log.verify(kept=grown)
    assert (found.leaves, found.root, found.fault) == (14, tree.root(14).hex(), "")


CUT = (
    'delete from log_leaf where "index" = 13',
    "delete from branch_record",
)
NODES = 'delete from log_node where level = 1 and "index" = 6'


def test_a_log_cut_short_is_told_by_its_own_checkpoint_or_one_kept_elsewhere(grown):
    with tampered(*CUT, NODES):
        assert "被截去" in log.verify().fault
    with tampered(*CUT, NODES, "delete from checkpoint"):
        assert log.verify().fault == "", "the database alone cannot know"
        assert "被截去" in log.verify(kept=grown).fault


def test_a_history_written_anew_in_every_part_is_told_by_a_checkpoint_kept_elsewhere(county, grown):
    """Whoever owns the database changes a name and makes salt, leaf, heads and nodes anew; only what others hold speaks against it."""
    with tampered("update certificate set person_name = '李四'", "delete from checkpoint", "delete from log_node", "update log_leaf set kind = kind"):
        _made_anew()
        assert log.verify().fault == ""
        assert "截去或改写" in log.verify(kept=grown).fault


def test_a_changed_node_or_one_too_many_is_found(grown):
    for change in ("update log_node set hash = '00' where level = 2", NODES):
        with tampered(change):
            assert log.verify().fault == "默克尔树的结点与记录不符"
    with tampered("insert into log_node values (9, 9, 'ab')"):
        assert log.verify().fault == "默克尔树有多余的结点"


def test_a_changed_checkpoint_is_found(grown):
    for change in (
        "update checkpoint set root = 'ab'",
        "update checkpoint set text = replace(text, '\n14\n', '\n13\n')",
        "update checkpoint set text = replace(text, '2026-11-02', '2026-11-01')",
    ):
        with tampered(change):
            assert "存根" in log.verify().fault, change


def _made_anew():
    from learning.records import rules

    with transaction() as session:
        head, count = rules.GENESIS, 0
        for row in session.query(LogLeaf).order_by(LogLeaf.index):
            record = log._KINDS[row.kind].model
            row.commitment = rules.commitment(log.snapshot(row.kind, session.get(record, row.record_id)), row.salt)
            row.leaf = rules.leaf_hash(row.commitment)
            row.head = head = rules.next_head(head, row.leaf)
            session.flush()
            tree.grow(row.index, row.leaf)
            count += 1
        assert session.query(LogNode).count() == count - count.bit_count()
