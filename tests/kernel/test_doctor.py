"""The doctor names each fault with its mend, and finds nothing wrong with a sound installation."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from courses.kernel import clock, doctor, queue
from courses.kernel.db import db, transaction
from courses.media import checks as media_checks
from learning.records import checks as record_checks
from tests.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (media_checks, record_checks)


@pytest.fixture
def environ(app, tmp_path):
    return {"SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(tmp_path)}


def found(environ, *, later=timedelta(0)):
    return {one.what: one for one in doctor.examine(environ, now=clock.now() + later)}


def test_a_sound_installation_has_no_fault(environ):
    assert {what: one.words for what, one in found(environ).items() if one.state == "fault"} == {}
    assert {"SQLite", "数据库文件", "数据库结构", "文件存储", "后台任务", "时钟", "编码器", "字体", "签名密钥"} <= set(found(environ))


def test_every_fault_has_its_mend(environ):
    broken = {**environ, "FFMPEG": "no-such-program", "PUBLIC_URL": "https://dx.example.cn", "DATA_DIR": "/no/such/folder"}
    faults = [one for one in found(broken).values() if one.state == "fault"]
    assert {one.what for one in faults} == {"no-such-program", "Cookie", "数据文件夹"}
    assert all(one.mend for one in faults)


@pytest.mark.parametrize(("name", "value"), [("DATA_KEY", "short"), ("ZONE", "Moon/Base"), ("MAX_UPLOAD_MB", "viel")])
def test_a_bad_setting_is_named(environ, name, value):
    (only,) = doctor.examine({**environ, name: value}, now=clock.now())
    assert only.state == "fault" and name in only.words and "docs/settings.md" in only.mend


def test_a_worker_that_does_not_run_is_noticed(environ):
    with transaction():
        queue.enqueue("nothing", {}, now=clock.now())
    assert found(environ)["后台任务"].state == "good"
    assert "./manage worker" in found(environ, later=timedelta(minutes=11))["后台任务"].mend


def test_a_database_that_lags_behind_is_noticed(environ):
    with db.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0013'"))
    assert found(environ)["数据库结构"].words.startswith("0013，应为 ")


def test_a_clock_that_went_back_is_noticed(environ):
    with transaction():
        queue.enqueue("nothing", {}, now=clock.now())
    assert found(environ, later=timedelta(hours=-3))["时钟"].state == "fault"


def test_a_real_county_needs_its_address(environ):
    with db.engine.begin() as connection:
        connection.execute(text("insert into installation (id, kind, created_at) values (1, 'real', '2026-01-01')"))
    assert "PUBLIC_URL" in found(environ)["网址"].mend


def test_the_command_speaks_even_when_the_app_cannot_start(environ, tmp_path):
    def said(*more: str, **changed: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "deploy/doctor.py", *more]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ, **changed}
        return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)

    good, bad = said("--json"), said(SECRET_KEY="short")
    assert good.returncode == 0 and {row["state"] for row in json.loads(good.stdout)} <= {"good", "look"}
    assert bad.returncode == 1 and "SECRET_KEY" in bad.stdout and "怎样改" in bad.stdout
    assert set(json.loads(good.stdout)[0]) == set(asdict(doctor.Finding("", "good", "")))
