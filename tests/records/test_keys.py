"""Keys are made at set-up, lie outside the database, are changed while old ones still verify, and can be revoked."""

import json
from datetime import timedelta

import pytest
from cryptography import x509

from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from learning.records import checks, keys
from learning.records import statement_rules as statements
from tests.people import NOW

LATER = NOW + timedelta(days=30)
STATEMENT = b"something said"


@pytest.fixture
def where(app):
    return settings().data_dir / "keys"


def signed():
    ring = keys.standing()
    return STATEMENT, ring.sign(statements.CHECKPOINT, STATEMENT), ring.current.kid


def holds(said):
    return keys.standing().holds(statements.CHECKPOINT, *said)


def test_private_halves_are_files_of_this_user_alone(where):
    private = sorted(path.name for path in where.glob("*.key"))
    assert private == sorted([f"{keys.standing().current.kid}.key", "root.key"])
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in where.glob("*.key"))


def test_keys_are_made_once(where):
    before = (where / "keys.json").read_text()
    assert not keys.begin(where, now=LATER)
    assert (where / "keys.json").read_text() == before


def test_what_is_signed_holds_and_nothing_else_does(where):
    body, signature, kid = signed()
    ring = keys.standing()
    assert ring.holds(statements.CHECKPOINT, body, signature, kid)
    assert not ring.holds(statements.CREDENTIAL, body, signature, kid), "a checkpoint's signature made a credential"
    assert not ring.holds(statements.CHECKPOINT, body + b".", signature, kid)
    assert not ring.holds(statements.CHECKPOINT, body, bytes([signature[0] ^ 1]) + signature[1:], kid)
    assert not ring.holds(statements.CHECKPOINT, body, signature, "nobodys1")


def test_the_same_statement_gives_the_same_signature(where):
    assert signed() == signed()


def test_what_a_retired_key_signed_still_holds(where):
    before = signed()
    made = keys.rotate(where, now=LATER)
    ring = keys.standing()
    assert (ring.current.kid, [key.state for key in ring.keys]) == (made.kid, ["retired", "current"])
    assert holds(before) and holds(signed())
    assert signed()[2] == made.kid


def test_what_a_revoked_key_signed_holds_no_more_and_another_takes_its_place(where):
    before = signed()
    gone = keys.revoke(where, before[2], "电脑丢失", now=LATER)
    ring = keys.standing()
    assert (gone.state, [key.state for key in ring.keys]) == ("revoked", ["revoked", "current"])
    assert not holds(before) and holds(signed())
    assert not (where / f"{gone.kid}.key").exists()
    assert ring.key(gone.kid).reason == "电脑丢失"


def test_a_key_is_revoked_once_and_with_a_reason(where):
    kid = keys.standing().current.kid
    for name, reason in ((kid, " "), ("nobodys1", "丢失")):
        with pytest.raises(Refused):
            keys.revoke(where, name, reason, now=LATER)
    keys.revoke(where, kid, "丢失", now=LATER)
    with pytest.raises(Refused, match="已经作废"):
        keys.revoke(where, kid, "丢失", now=LATER)


def test_without_the_root_key_nothing_changes_but_signing_goes_on(where):
    (where / "root.key").rename(where.parent / "safe.key")
    with pytest.raises(Refused, match="放回密钥文件夹"):
        keys.rotate(where, now=LATER)
    assert holds(signed())


def test_a_list_that_the_root_did_not_sign_is_refused(where):
    said = json.loads((where / "keys.json").read_text())
    kid = keys.standing().current.kid
    keys.revoke(where, kid, "丢失", now=LATER)
    revoked = json.loads((where / "keys.json").read_text())
    said["statement"] = revoked["statement"].replace("丢失", "没丢")
    (where / "keys.json").write_text(json.dumps(said))
    with pytest.raises(Refused, match="被改动过"):
        keys.standing()
    (where / "keys.json").write_text("{")
    with pytest.raises(Refused, match="读不出来"):
        keys.standing()


def test_each_key_has_a_certificate_of_the_root(where):
    root = x509.load_pem_x509_certificate((where / "root.crt").read_bytes())
    own = x509.load_pem_x509_certificate((where / f"{keys.standing().current.kid}.crt").read_bytes())
    own.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert own.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_doctor_looks_at_the_keys(where, app):
    def words():
        (found,) = checks.signing_keys(type("Place", (), {"settings": settings()}))
        return found.state, found.words

    kid = keys.standing().current.kid
    assert words()[0] == "good"
    (where / f"{kid}.key").chmod(0o644)
    assert words() == ("fault", f"别的用户也能读 {kid}.key")
    (where / f"{kid}.key").unlink()
    assert words() == ("fault", f"缺少 {kid}.key")
    (where / "keys.json").unlink()
    assert "还没有签名密钥" in words()[1]


def test_commands_change_keys(app, where):
    run = app.test_cli_runner().invoke
    first = keys.standing().current.kid
    assert run(args=["keys", "begin"]).output == ""
    assert "新密钥" in run(args=["keys", "rotate"]).output
    assert run(args=["keys", "revoke", first, "--reason", "丢失"]).exit_code == 0
    listed = run(args=["keys", "list"]).output
    assert f"{first}  " in listed and "已作废" in listed and keys.standing().fingerprint in listed
    assert run(args=["keys", "revoke", "nobodys1", "--reason", "丢失"]).exit_code == 1
