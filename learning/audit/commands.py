"""Commands with which a real county begins."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from learning.accounts import rules, sealing
from learning.accounts.models import Account
from learning.audit import county_actions, erasure_actions
from learning.audit.people_actions import Moment
from learning.organization.models import Organization, Person
from learning.organization.rules import KINDS

cli = AppGroup("county", help="How a real county begins.")


@cli.command("begin")
def begin() -> None:
    """Mark this database as a real county's."""
    now = clock.now()
    try:
        with transaction():
            county_actions.begin(today=clock.day_of(now, settings().zone), now=now)
    except Refused as fault:
        raise click.ClickException(fault.message) from fault


@cli.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--under", help="Code of the organization above.")
def add(code: str, name: str, kind: str, under: str | None) -> None:
    """Add an organization: CODE and NAME."""
    try:
        with transaction():
            county_actions.add_organization(code, name, kind=kind, under=under, now=clock.now())
    except Refused as fault:
        raise click.ClickException(fault.message) from fault
    click.echo(f"{code} {name}")


@cli.command("administrator")
@click.option("--county", prompt="县委名称 / name of the county committee", default=lambda: _county()[1])
@click.option("--code", prompt="县委代码 / its code", default=lambda: _county()[0])
@click.option("--name", prompt="管理员姓名 / name of the administrator")
@click.option("--user-name", prompt="用户名 / user name")
@click.password_option(prompt="密码（至少 8 位） / password")
def administrator(county: str, code: str, name: str, user_name: str, password: str) -> None:
    """Create the county, if there is none yet, and an administrator of it."""
    fault = rules.password_fault(password, own_words=(name, user_name))
    if fault:
        raise click.ClickException(fault)
    kept, now = sealing.hash_password(password), clock.now()
    today, standing = clock.day_of(now, settings().zone), _county()[0]
    try:
        with transaction():
            county_actions.begin(today=today, now=now)
            if not standing:
                county_actions.add_organization(code, county, kind="county", under=None, now=now)
            county_actions.add_administrator(name, standing or code, user_name=user_name, password_hash=kept, key=settings().data_key, today=today, now=now)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{name} 可以用“{user_name}”登录了 / may now sign in")


@cli.command("erase")
@click.argument("person_id", type=int)
@click.option("--by", "user_name", prompt="管理员的用户名 / user name of the administrator")
@click.option("--reason", prompt="依据或原因（不要写姓名） / reason, without a name")
@click.confirmation_option(prompt="删除后不能恢复，确定吗 / this cannot be undone; go on?")
def erase(person_id: int, user_name: str, reason: str) -> None:
    """Erase the data of the person with the number PERSON_ID; what the log proves stands."""
    now = clock.now()
    try:
        with transaction():
            person, account = db.session.get(Person, person_id), db.session.scalar(select(Account).where(Account.user_name == user_name))
            if person is None or account is None:
                raise Refused("没有这个编号的同志，或者没有这个用户名。")
            when = Moment(now, clock.day_of(now, settings().zone))
            erased = len(erasure_actions.erase(person, reason, actor=account.person, when=when).leaves)
    except Refused as fault:
        raise click.ClickException(fault.message) from fault
    click.echo(f"已删除，登记簿的 {erased} 条只留承诺值 / erased, {erased} leaves keep their commitments alone")


def _county() -> tuple[str, str]:
    row = db.session.scalar(select(Organization).where(Organization.parent_id.is_(None)))
    return (row.code, row.name) if row else ("", "")
