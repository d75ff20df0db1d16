"""Looks the installation over: settings, tools, versions, storage, queue, migrations, clock. Each fault is named with its mend.

A check is a function from an `Installed` to findings; a room adds its own with `@check` in its `checks.py`. Nothing is changed.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from courses.kernel.db import engine_options
from courses.kernel.settings import BadSetting, Settings

State = Literal["good", "look", "fault"]
ROOT = Path(__file__).resolve().parents[2]
FOLDER, DATABASE = "数据文件夹", "数据库"
_RANDOM = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
_SETTING_MENDS = {
    "SECRET_KEY": f"在 .env 里换成随机的一串：{_RANDOM}；没有 .env 就运行 ./manage setup。换后大家要重新登录",
    "DATA_KEY": "从备份的 .env 里找回原来的 DATA_KEY：换了新的，库里的手机号就读不出来。全新安装运行 ./manage setup",
}


@dataclass(frozen=True)
class Finding:
    """What one check found. `mend` says how to put it right, and is empty when it is good."""

    what: str
    state: State
    words: str
    mend: str = ""


@dataclass(frozen=True)
class Installed:
    """What the checks look at: the settings, the environment they were read from, a connection's engine, and now."""

    settings: Settings
    environ: Mapping[str, str]
    engine: Engine
    now: datetime


Check = Callable[[Installed], Iterable[Finding]]


@dataclass(frozen=True)
class Registered:
    """A check, what it looks at in words, and the findings without whose soundness it has nothing to look at."""

    what: str
    make: Check
    needs: tuple[str, ...]


CHECKS: list[Registered] = []


def check(what: str, *, needs: tuple[str, ...] = ()) -> Callable[[Check], Check]:
    """Add a check to those that `examine` makes."""

    def register(function: Check) -> Check:
        CHECKS.append(Registered(what, function, needs))
        return function

    return register


def examine(environ: Mapping[str, str], *, now: datetime) -> list[Finding]:
    """Every finding, of what needs least first. Settings that cannot be used leave nothing else to look at."""
    try:
        settings = Settings.from_env(environ)
    except BadSetting as fault:
        usual = "改正 .env 里的这一项，或运行 ./manage setup"
        mend = next((words for name, words in _SETTING_MENDS.items() if str(fault).startswith(name)), usual)
        return [Finding("设置", "fault", str(fault), f"{mend}；各项含义见 docs/settings.md")]
    engine = create_engine(settings.database, **engine_options(settings))
    place = Installed(settings, environ, engine, now)
    found: list[Finding] = []
    try:
        for one in sorted(CHECKS, key=lambda one: len(one.needs)):
            lost = any(finding.what in one.needs and finding.state == "fault" for finding in found)
            found += [] if lost else _made(one, place)
    finally:
        engine.dispose()
    return found


def _made(one: Registered, place: Installed) -> list[Finding]:
    try:
        return list(one.make(place))
    except (OSError, SQLAlchemyError, subprocess.SubprocessError) as fault:
        return [Finding(one.what, "fault", f"{type(fault).__name__}: {str(fault).splitlines()[0][:200]}", "这一项没能检查完，请先处理上面的问题再试")]


def tool(program: str, *, needs: str, mend: str, least: int, asked: str = "-version") -> Finding:
    """Whether a program is there, tells its version when `asked`, and is of version `least` at least; `needs` is what it is for."""
    found = shutil.which(program)
    if found is None:
        return Finding(program, "fault", f"没有找到，{needs}", mend)
    try:
        said = answer(found, asked)
    except (OSError, subprocess.TimeoutExpired) as fault:  # built for another machine, or never ends
        return Finding(program, "fault", f"{found} 启动不了，{needs}：{str(fault)[:120]}", mend)
    if said.returncode != 0:
        return Finding(program, "fault", f"{found} 启动不了，{needs}：{(said.stderr.splitlines() or ['?'])[0][:120]}", mend)
    words = (said.stdout.splitlines() or ["?"])[0][:80]
    number = re.search(r"(?:version n?|LibreOffice )(\d+)\.", words)  # what was built from a day's source has none, and is newer
    old = number is not None and int(number[1]) < least
    return Finding(program, "fault" if old else "good", f"{words}，太旧，要 {least} 以上" if old else words, mend if old else "")


def answer(program: str, *asked: str) -> "subprocess.CompletedProcess[str]":
    """What a program of this machine says when it is asked this; raises OSError, or TimeoutExpired after 20 s."""
    return subprocess.run([program, *asked], capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)


def instant(value: datetime | str) -> datetime:
    """A moment as a statement in words gives it back: SQLite keeps it as text, and neither says that it is UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=UTC)
