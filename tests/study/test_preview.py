"""A draft as a phone shows it: for its trainer at once, for a reviewer once it was submitted, for nobody else; looking leaves no trace."""

import pytest

from courses.catalogue import actions, queries
from courses.kernel.db import db, transaction
from learning.progress.models import Enrolment, StudySession
from tests.catalogue.conftest import Workshop
from tests.clients import client_for
from tests.people import NOW


@pytest.fixture
def workshop(county):
    return Workshop(county)


def test_a_draft_is_looked_at_as_a_phone_shows_it(app, county, workshop):
    version_id = workshop.draft()
    trainer, reviewer = client_for(app, county.trainer), client_for(app, county.reviewer)
    frame = trainer.get(f"/previews/{version_id}")
    assert f'src="/previews/{version_id}/phone"' in frame.text
    assert "frame-ancestors 'none'" in frame.headers["Content-Security-Policy"]
    inside = trainer.get(f"/previews/{version_id}/phone")
    assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]
    assert f'href="/previews/{version_id}/phone/2"' in inside.text
    assert "attempts" not in inside.text
    assert "要讲究方法" in trainer.get(f"/previews/{version_id}/phone/2").text
    assert trainer.get(f"/previews/{version_id}/phone/3").status_code == 404
    for path in ("", "/phone", "/phone/1"):
        assert reviewer.get(f"/previews/{version_id}{path}").status_code == 404
        assert client_for(app, county.member).get(f"/previews/{version_id}{path}").status_code == 403
    with transaction():
        actions.submit(queries.own_version(workshop.person("trainer"), workshop.course_id(version_id)), actor=workshop.person("trainer"), now=NOW)
    assert reviewer.get(f"/previews/{version_id}/phone").status_code == 200
    assert db.session.query(Enrolment).count() == db.session.query(StudySession).count() == 0
