"""./manage doctor: every finding on a line, with its mend; exits 1 if something is at fault. --json prints them for a script.

It is no command of the app, because it must also speak when the settings do not let the app start.
"""

import json
import os
import sys
from dataclasses import asdict

import click

from courses.kernel import checks as machine_checks
from courses.kernel import clock, database_checks, doctor, service_checks
from courses.media import checks as media_checks
from learning.records import checks as record_checks

ROOMS = (machine_checks, database_checks, service_checks, media_checks, record_checks)  # importing them adds their checks
MARKS = {"good": "好", "look": "看", "fault": "错"}


def main(arguments: list[str]) -> int:
    """Print what was found; 1 if anything is at fault."""
    findings = doctor.examine(os.environ, now=clock.now())
    if "--json" in arguments:
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    else:
        for one in findings:
            click.echo(f"[{MARKS[one.state]}] {one.what}：{one.words}")
            if one.mend:
                click.echo(f"     怎样改 / mend: {one.mend}")
    return int(any(one.state == "fault" for one in findings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
