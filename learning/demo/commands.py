"""Commands of the demo."""

import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unicodedata import east_asian_width

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.queue import work_once
from courses.kernel.settings import settings
from courses.kernel.storage import passing_folder
from learning.accounts import sealing
from learning.demo import actions, county, history, lectures, past, queries
from learning.demo.actions import Calendar
from learning.demo.courses import COURSES, DemoCourse
from learning.goals import actions as goals
from learning.organization.rules import ROLE_WORDS
from learning.study.actions import County

cli = AppGroup("demo", help="The demo county, in which everything is invented.")
ACCOUNTS = "demo-accounts.txt"
PATIENCE_SECONDS = 900


@cli.command("seed")
def seed() -> None:
    """Build the demo county, or finish building it after an interruption."""
    begun = time.monotonic()
    try:
        with transaction():
            founded = actions.mark(now=clock.now()).created_at
        calendar = Calendar(founded, settings().zone)
        _people(calendar)
        _courses(calendar)
        _history(calendar)
    except (Refused, lectures.CannotMake) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"demo: ready in {time.monotonic() - begun:.0f} s")
    _show_accounts()


def _people(calendar: Calendar) -> None:
    if queries.is_inhabited():
        return
    click.echo("demo: organizations, people and accounts")
    passwords = {row.name: sealing.new_password() for row in county.people() if row.online}
    with ThreadPoolExecutor(2) as pool:
        hashes = dict(zip(passwords, pool.map(sealing.hash_password, passwords.values()), strict=True))
    # Written first: an account whose password nobody knows would be of no use.
    _keep_accounts(passwords)
    with transaction():
        actions.people_the_county(hashes, calendar=calendar, key=settings().data_key)


def _courses(calendar: Calendar) -> None:
    with transaction():
        missing = [course for course in COURSES if queries.version(course.title) is None]
    if missing:
        _draft(missing, calendar)
    _prepare()
    for course in COURSES:
        with transaction():
            if actions.publish(course, calendar=calendar):
                click.echo(f"demo: published {course.title}")


def _draft(missing: list[DemoCourse], calendar: Calendar) -> None:
    with passing_folder() as folder:
        recorded = [course for course in missing if course.lecture]
        click.echo(f"demo: recording {len(recorded)} lectures (slides, voice, video)")
        with ThreadPoolExecutor(2) as pool:
            recordings = dict(zip([course.key for course in recorded], pool.map(_recorder(folder), recorded), strict=True))
        decks = {course.key: lectures.make_deck(course.key, folder) for course in missing if course.deck}
        with transaction():
            actions.stock_bank(calendar=calendar)
        for course in missing:
            with transaction():
                actions.draft(course, recordings.get(course.key), decks.get(course.key), calendar=calendar)


class _recorder:
    """Records a course's lecture in a folder of its own; holds what it needs of the app, which other threads do not see."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ffmpeg = folder, settings().ffmpeg

    def __call__(self, course: DemoCourse) -> Path:
        own = self.folder / course.key
        own.mkdir()
        return lectures.make(course.key, own, ffmpeg=self.ffmpeg)


def _prepare() -> None:
    """Work the queue until every recording is ready, here or by a worker that runs beside."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    until = time.monotonic() + PATIENCE_SECONDS
    while (left := _waiting()) and time.monotonic() < until:
        click.echo(f"demo: preparing recordings for phones, {left} to go")
        if not work_once(app, lease_seconds=settings().worker_lease_seconds):
            time.sleep(1)


def _waiting() -> int:
    db.session.rollback()  # read afresh
    rows = queries.assets()
    refused = next((row for row in rows if row.state == "refused"), None)
    if refused is not None:
        raise Refused(f"{refused.file_name}：{refused.fault}")
    return sum(row.state == "waiting" for row in rows)


def _history(calendar: Calendar) -> None:
    with transaction():
        actions.launch(calendar=calendar)
    county_of, happened = County.of(settings()), 0
    for event in history.events():
        with transaction():
            happened += past.happen(event, calendar=calendar, county=county_of)
    now = clock.now()
    if happened:
        click.echo(f"demo: {happened} events of its past")
    with transaction():
        actions.write_letters(calendar=calendar)
        goals.recount_all(now=now, today=clock.day_of(now, settings().zone))
    with transaction():
        actions.confirm(county.BRIDGE, now=now, zone=settings().zone)


def _keep_accounts(passwords: dict[str, str]) -> None:
    places = {row.code: row.name for row in county.PLACES}
    lines = ["# 演示账号（密码为本次安装随机生成，仅供演示）", "# 用户名\t手机号\t密码\t姓名\t支部\t职务"]
    for row in county.people():
        if row.name in passwords:
            posts = "、".join(dict.fromkeys(ROLE_WORDS[post.role] for post in row.posts)) or "学员"
            lines.append("\t".join((row.user_name or "-", row.mobile, passwords[row.name], row.name, places[row.branch], posts)))
    target = settings().data_dir / ACCOUNTS
    draft = target.with_name(f".{ACCOUNTS}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write("\n".join(lines) + "\n")
    draft.replace(target)


def _show_accounts() -> None:
    target = settings().data_dir / ACCOUNTS
    with suppress(OSError):
        rows = [line.split("\t") for line in target.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        click.echo(f"\n{_padded('用户名', 12)}{_padded('密码', 14)}{_padded('姓名', 10)}{_padded('支部', 20)}职务")
        for user_name, _, password, name, branch, posts in rows:
            if user_name != "-":
                click.echo(f"{_padded(user_name, 12)}{_padded(password, 14)}{_padded(name, 10)}{_padded(branch, 20)}{posts}")
        click.echo(f"{len(rows)} accounts in all, by mobile number: {target}")


def _padded(words: str, width: int) -> str:
    """`words` with spaces up to a width in columns of a terminal, where a Chinese character takes two."""
    return words + " " * max(1, width - sum(2 if east_asian_width(mark) in "WF" else 1 for mark in words))
