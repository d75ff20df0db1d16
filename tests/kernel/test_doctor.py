"""The doctor names each fault with its mend, and finds nothing wrong with a sound installation: settings, machine, database, queue."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from courses.kernel import chores, clock, database_checks, queue
from courses.kernel.db import db, transaction
from tests import databases
from tests.kernel.doctors import HASTY, ROOT, environment, found


@pytest.fixture
def environ(app, tmp_path):
    return environment(tmp_path)


def program(path, body):
    """A program of these words, to be called by its path."""
    path.write_text(f"{body}\n")
    path.chmod(0o755)
    return str(path)


def said_where(environ, mounts):
    """What the command says where these mounts were made, which the process has for itself."""
    line = ["unshare", "-rm", "sh", "-ec", f'{mounts}; exec "$0" deploy/doctor.py', sys.executable]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": environ["DATA_DIR"], **environ}
    return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60).stdout


def test_a_sound_installation_has_no_fault(environ):
    seen = found(environ)
    assert {what: one.words for what, one in seen.items() if one.state == "fault" and HASTY not in one.words} == {}
    assert {"数据库结构", "文件存储", "后台任务", "时钟", "编码器", "字体", "签名密钥", "数据权限"} <= set(seen)
    assert {"SQLite", "数据库文件"} <= set(seen) or "PostgreSQL" in seen


def test_every_fault_has_its_mend(environ):
    broken = {**environ, "FFMPEG": "no-such-program", "PUBLIC_URL": "https://dx.example.cn", "DATA_DIR": "/no/such/folder"}
    faults = [one for one in found(broken).values() if one.state == "fault"]
    assert {one.what for one in faults} == {"no-such-program", "Cookie", "数据文件夹"}
    assert all(one.mend for one in faults)


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("SECRET_KEY", "short", "换成随机的一串"),
        ("DATA_KEY", "short", "备份的 .env"),
        ("ZONE", "Moon/Base", "./manage setup"),
        ("MAX_UPLOAD_MB", "viel", "./manage setup"),
    ],
)
def test_a_bad_setting_is_named(environ, name, value, mend):
    (only,) = found({**environ, name: value}).values()
    assert only.state == "fault" and name in only.words and mend in only.mend and "docs/settings.md" in only.mend


def test_programs_that_are_missing_old_or_broken_are_named(environ, tmp_path):
    old = program(tmp_path / "old", "#!/bin/sh\necho ffmpeg version 4.3.9-0")
    broken = program(tmp_path / "broken", "#!/bin/sh\necho libx264.so.164: cannot open >&2; exit 127")
    seen = found({**environ, "FFMPEG": old, "FFPROBE": broken})
    assert "太旧，要 5 以上" in seen[old].words and "启动不了" in seen[broken].words and "libx264.so.164" in seen[broken].words
    assert all(seen[one].state == "fault" and seen[one].mend.startswith("apt-get install ffmpeg") for one in (old, broken))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "没有 LibreOffice"),
        ("#!/bin/sh\necho LibreOffice 6.1.5.2 10", "太旧，要 7 以上"),
        ("#!/bin/sh\necho libmergedlo.so: cannot open >&2; exit 127", "启动不了，PPT 和 Word 会被退回：libmergedlo.so"),
        ("\x7fELF, for another processor", "启动不了，PPT 和 Word 会被退回：[Errno 8]"),
    ],
)
def test_an_office_suite_that_is_missing_old_or_does_not_start_is_named(environ, tmp_path, body, words):
    """The script that is called has the program itself beside it, as Debian's has; here without it, and then with such a one."""
    script = program(tmp_path / "soffice", "#!/bin/sh")
    if body:
        program(tmp_path / "soffice.bin", body)
    office = found({**environ, "SOFFICE": script})["课件转换"]
    assert office.state == "look" and words in office.words and "libreoffice-impress-nogui" in office.mend


def test_what_others_may_read_is_named(environ, tmp_path):
    if databases.chosen == "sqlite":
        tmp_path.chmod(0o755)
        (tmp_path / databases.FILE).chmod(0o644)
    (key,) = [path for path in (tmp_path / "keys").glob("*.key") if path.name != "root.key"]
    key.chmod(0o644)
    seen = found(environ)
    assert databases.chosen != "sqlite" or "chmod o-rwx" in seen["数据权限"].mend
    assert seen["签名密钥"].state == "fault" and "别的用户也能读" in seen["签名密钥"].words and "chmod 600" in seen["签名密钥"].mend


def test_a_worker_that_does_not_run_is_noticed(app, environ):
    assert databases.chosen != "sqlite" or "./manage worker" in found(environ)["后台"].mend
    chores.Round().go(app)
    assert found(environ)["后台"].state == "good"
    with transaction():
        queue.enqueue("nothing", {}, now=clock.now())
    assert found(environ)["后台任务"].state == "good"
    later = found(environ, later=timedelta(minutes=11))
    assert "没有运行" in later["后台任务"].mend and "./manage worker" in later["后台任务"].mend
    queue.claim(now=clock.now(), lease=timedelta(seconds=30))
    assert (found(environ)["后台"].words, found(environ)["后台任务"].state) == ("正在做任务", "good")
    later = found(environ, later=timedelta(minutes=11))
    assert later["后台任务"].state == "fault" and "做到一半停了" in later["后台任务"].mend
    if databases.chosen == "sqlite":
        silent = re.fullmatch(r"(\d+) 分钟没有动静", later["后台"].words)
        assert silent and 11 <= int(silent[1]) < 60, later["后台"]


def test_a_database_that_lags_behind_or_runs_ahead_is_noticed(environ):
    def standing(version):
        with db.engine.begin() as connection:
            connection.execute(text("update alembic_version set version_num = :version"), {"version": version})
        return found(environ)["数据库结构"]

    behind, ahead = standing("0013"), standing("9999")
    assert behind.words.startswith("0013，应为 ") and "./manage setup" in behind.mend
    assert ahead.state == "fault" and "比程序新" in ahead.words and "./manage setup" not in ahead.mend and "备份" in ahead.mend


def test_a_clock_that_went_astray_is_noticed(environ):
    ahead = found(environ, later=timedelta(hours=3))["时钟"]
    assert ahead.state == "fault" and "的时间差 180 分钟" in ahead.words and ("数据库服务器" in ahead.words) == (databases.chosen != "sqlite")
    with transaction():
        queue.enqueue("nothing", {}, now=clock.now())
    back = found(environ, later=timedelta(hours=-3))["时钟"]
    assert back.state == "fault" and "比已有的记录还早" in back.words and "timedatectl" in back.mend


def test_a_real_county_needs_its_address(environ):
    with db.engine.begin() as connection:
        connection.execute(text("insert into installation (id, kind, created_at) values (1, 'real', '2026-01-01')"))
    safe = {**environ, "PUBLIC_URL": "https://dx.example.cn", "SECURE_COOKIES": "yes"}
    hosted = {**safe, "TRUSTED_HOSTS": "dx.example.cn"}
    assert "PUBLIC_URL" in found(environ)["网址"].mend
    plain = found({**environ, "PUBLIC_URL": "http://dx.example.cn"})["网址"]
    assert plain.state == "fault" and "不加密" in plain.words and "https" in plain.mend
    assert "TRUSTED_HOSTS" in found(safe)["网址"].mend and "PROXIES=1" in found(hosted)["网址"].mend
    assert "网址" not in found({**hosted, "PROXIES": "1"})


@pytest.mark.sqlite
def test_an_old_sqlite_is_told_from_one_that_does_harm(environ, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pysqlite3", None)  # what Python brings along is Debian's
    harmful = found(environ)["SQLite"]
    assert harmful.state == "fault" and harmful.words.startswith(sqlite3.sqlite_version) and "停止所有服务" in harmful.mend and "pysqlite3" in harmful.mend
    db.session.remove()
    db.engine.dispose()
    sqlite3.connect(tmp_path / databases.FILE).execute("pragma journal_mode = delete")
    slow = found(environ)["SQLite"]
    assert slow.state == "look" and "日志 DELETE" in slow.words and "pysqlite3" in slow.mend


@pytest.mark.sqlite
def test_a_database_that_is_damaged_or_not_there_is_named_and_nothing_more_is_said_of_it(environ, tmp_path):
    db.session.remove()
    db.engine.dispose()
    (tmp_path / databases.FILE).write_bytes(b"no database " * 1000)
    damaged = found(environ)
    assert "打不开" in damaged["数据库"].words and "备份" in damaged["数据库"].mend
    (tmp_path / databases.FILE).write_bytes(b"")
    empty = found(environ)
    assert empty["数据库"].words == "还是空的" and "./manage setup" in empty["数据库"].mend
    (tmp_path / databases.FILE).unlink()
    gone = found(environ)
    assert "还没有" in gone["数据库"].words and "./manage setup" in gone["数据库"].mend and not (tmp_path / databases.FILE).exists()
    assert not {"数据库结构", "后台任务", "时钟"} & (set(damaged) | set(empty) | set(gone)) and "文件存储" in gone


def test_a_server_that_cannot_be_reached_is_named_without_its_password(environ):
    away = found({**environ, "DATABASE_URL": "postgresql://hall:geheim@127.0.0.1:9/hall"})
    assert away["数据库"].state == "fault" and "DATABASE_URL" in away["数据库"].mend and "geheim" not in away["数据库"].words
    assert not {"数据库结构", "后台任务", "时钟"} & set(away)


@pytest.mark.postgresql
def test_a_server_that_hurries_is_named(environ):
    hasty = found(environ)["PostgreSQL"]  # as the tests' own does
    assert hasty.state == "fault" and HASTY in hasty.words and "fsync = on" in hasty.mend


@pytest.mark.postgresql
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_chinese_is_named_and_so_is_an_empty_one(environ, tmp_path, encoding):
    elsewhere = tmp_path / encoding
    databases.create(elsewhere, f"template template0 encoding '{encoding}' locale 'C'")
    seen = found(environment(tmp_path, DATABASE_URL=databases.address(elsewhere)))
    databases.drop(elsewhere)
    wrong, empty = seen["PostgreSQL"], seen["数据库"]
    assert wrong.state == "fault" and f"编码 {encoding}" in wrong.words and "createdb -T template0 -E UTF8" in wrong.mend
    assert (empty.state, empty.words) == ("fault", "还是空的") and "./manage setup" in empty.mend
    assert not {"数据库结构", "后台任务", "时钟"} & set(seen)


@pytest.mark.parametrize(
    ("number", "shown", "state"), [("90624", "9.6.24", "fault"), ("140011", "14.11", "fault"), ("150000", "15.0", "good"), ("180001", "18.1", "good")]
)
def test_a_server_older_than_fifteen_is_named(number, shown, state):
    """By the rule alone: no older server is to be had here."""
    seen = database_checks.judged({"server_version": shown, "server_version_num": number, "server_encoding": "UTF8", "fsync": "on"})
    assert seen.state == state and seen.words.startswith(shown)
    assert state == "good" or ("太旧，要 15 以上" in seen.words and "pg_upgradecluster" in seen.mend)


@pytest.mark.sqlite
def test_a_disk_that_is_nearly_full_fonts_that_are_missing_and_files_of_someone_else(environ, tmp_path):
    """No fonts, the database's file not to be written, and then a small disk."""
    file = tmp_path / databases.FILE
    foreign = said_where(environ, f"mount -t tmpfs none /usr/share/fonts; mount --bind {file} {file}; mount -o remount,bind,ro {file}")
    assert re.search(r"\[错\] 字体：缺少 .*\n +怎样改 / mend: apt-get install fonts-noto-cjk", foreign), foreign
    assert re.search(r"\[错\] 数据权限：本用户不能写 hall.db\n +怎样改 / mend: 以 root 运行 chown", foreign), foreign
    small = said_where(environ, f"mount -t tmpfs -o size=8m none {tmp_path}")
    assert re.search(r"\[看\] 数据文件夹：.*空余 0.0 GB\n +怎样改 / mend: 腾出空间", small), small


@pytest.mark.parametrize("kind", ["nfs4", "fuse.glusterfs"])
def test_a_folder_on_a_disk_of_the_network_is_named(environ, tmp_path, kind):
    """The kernel here has no such disk: its list of mounts gets one more line, spelled as it spells a space."""
    folder, mounts = tmp_path / "网 盘", tmp_path / "mounts"
    folder.mkdir()
    mounts.write_text(Path("/proc/mounts").read_text() + f"nas:/hall {str(folder).replace(' ', chr(92) + '040')} {kind} rw 0 0\n")
    told = said_where({**environ, "DATA_DIR": str(folder)}, f"mount --bind '{mounts}' /proc/$$/mounts")
    harm = "数据库会损坏" if databases.chosen == "sqlite" else "文件锁靠不住"
    assert re.search(rf"\[错\] 数据文件夹：{folder} 在网络盘上（{kind}），{harm}\n +怎样改 / mend: 把 DATA_DIR 移到本机磁盘", told), told


def test_the_command_speaks_even_when_the_app_cannot_start(environ, tmp_path):
    def said(*more: str, **changed: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "deploy/doctor.py", *more]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ, **changed}
        return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)

    told, bad = said("--json"), said(SECRET_KEY="short")
    faults = [row for row in json.loads(told.stdout) if row["state"] == "fault"]
    assert told.returncode == len(faults) and all(HASTY in row["words"] for row in faults)
    assert bad.returncode == 1 and "SECRET_KEY" in bad.stdout and "怎样改" in bad.stdout
    assert set(json.loads(told.stdout)[0]) == {"what", "state", "words", "mend"}
