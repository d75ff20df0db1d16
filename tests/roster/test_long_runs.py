"""Rosters of long runs: whatever a cell repeats, reading it takes no longer than the file is long, and no number hides behind it."""

import subprocess
import sys
from pathlib import Path

import pytest

from learning.roster import table_rules

ROOT = Path(__file__).parents[2]
# Minutes without the laws of this file, about a second with them.
READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from learning.roster import table_rules
run = {"brackets": "(" * 99_000, "accents": "1" + "\\u0300\\u0316" * 49_000}[sys.argv[1]]
table_rules.table_of([("", [[*[run] * 40, "姓名"], *[[*[run] * 40, "张三"]] * 2], frozenset())])
"""


@pytest.mark.parametrize("run", ["brackets", "accents"])
def test_reading_a_long_run_takes_no_longer_than_the_file_is_long(run: str):
    ended = subprocess.run([sys.executable, "-c", READ, run], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr or "it was still reading after 20 seconds of the processor's time"


@pytest.mark.parametrize("before", [0, 150, 199])
def test_an_identity_number_is_seen_as_far_as_a_cell_is_kept(before: int):
    cell = "字" * before + "3 3 0 1 0 2 1 9 6 0 0 1 0 1 1 2 3 4"
    others = [["李四", "河边"], ["王五", "桥头"]]
    table = table_rules.table_of([("", [["姓名", "联系人"], ["张三", cell], *others], frozenset())])
    assert table.rows[0].cells == ("张三", "") and "身份证号" in table.rows[0].faults[0]
