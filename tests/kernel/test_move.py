"""What `./manage move-to` refuses; what it carries over is looked at on the demo county, which the walks on PostgreSQL take over so."""

import pytest

from courses.kernel.errors import Refused
from deploy.move import move
from tests import databases
from tests.conftest import KEY
from tests.demo.build import run


def settings_of(folder):
    return {"SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost"}


@pytest.mark.sqlite
def test_a_county_moves_to_postgresql_alone(app, tmp_path):
    with pytest.raises(Refused, match="请给出 PostgreSQL"):
        move(settings_of(tmp_path), f"sqlite:///{tmp_path}/other.db")


@pytest.mark.sqlite
def test_an_address_of_another_kind_is_refused_by_the_same_sentence(app, tmp_path):
    with pytest.raises(Refused, match="请给出 PostgreSQL"):
        move(settings_of(tmp_path), "mysql://x")


@pytest.mark.postgresql
def test_a_database_with_people_in_it_is_not_written_into(app, county, migrated, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    assert move_from_new_file(old, databases.address(tmp_path)) == "那个数据库里已经有人员了，请换一个空的数据库。"


def move_from_new_file(folder, address):
    assert run(settings_of(folder), "db", "upgrade").returncode == 0
    with pytest.raises(Refused) as refused:
        move(settings_of(folder), address)
    return refused.value.message


@pytest.mark.postgresql
def test_what_has_moved_moves_no_second_time(app, tmp_path):
    with pytest.raises(Refused, match="已经不是 SQLite"):
        move({**settings_of(tmp_path), "DATABASE_URL": databases.address(tmp_path)}, databases.address(tmp_path))
