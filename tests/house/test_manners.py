"""What each kind of file may hold, where commits happen, and how long a file may grow."""

import ast
import re

from tests.house.laws import for_each
from tests.house.sources import ROOT, Source, calls, imported, sources

IMPURE = {"flask", "flask_login", "flask_babel", "sqlalchemy", "os", "sys", "time", "random", "secrets", "pathlib", "io", "subprocess", "socket", "requests"}
IMPURE |= {"courses.kernel.clock", "courses.kernel.db", "courses.kernel.storage", "courses.kernel.settings", "courses.kernel.queue", "courses.kernel.web"}
CLOCK = re.compile(r"\b(clock\.now|datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
NAMELESS = {"util", "utils", "helpers", "common", "services", "manager", "misc"}
# Each library behind one adapter, named for what it adapts.
ADAPTERS = {
    "ffmpeg": {"courses/media/ffmpeg.py"},
    "typst": {"learning/records/typst.py", "learning/demo/typst.py"},  # papers that prove something, and slides that are invented
    "zxingcpp": {"learning/records/qr.py"},
    "pypdfium2": {"learning/records/bundles.py", "courses/media/document_reader.py"},  # joins our own papers; draws strangers' in a child
    "fontTools": {"learning/records/glyphs.py"},
    "xlsxwriter": {
        "learning/records/xlsx.py",
        "learning/records/sheet_xlsx.py",
        "learning/exports/xlsx.py",
        "courses/importers/xlsx.py",
    },  # papers to be signed, lists, and tables to be read back
    "python_calamine": {"courses/kernel/sheet_reader.py"},
    "olefile": {"courses/kernel/sheet_reader.py", "courses/media/document_reader.py"},  # children that look into tables, and into slides and texts
    "PIL": {"courses/media/document_reader.py"},
    "pyhanko": {"learning/records/pades.py"},
}
# What a log line may say besides its event: none of it was typed by a person or is one's name.
TOLD = {"job", "kind", "attempt", "chore", "upload", "fault", "complaints", "exc_info", "route", "method", "status", "assets", "papers", "posts"}

every_file = for_each("source", sources)


def named(*endings: str):
    return for_each("source", lambda: [source for source in sources() if source.path.stem.split("_")[-1] in endings])


@named("rules")
def test_rules_are_pure(source: Source):
    impure = {name for name in imported(source) if name in IMPURE or name.split(".")[0] in IMPURE}
    impure |= {
        name for name in imported(source) if name.startswith(("courses.", "learning.")) and name.rsplit(".", 1)[-1] in {"models", "queries", "actions", "views"}
    }
    assert not impure, (
        f"{source.where} imports {sorted(impure)}. A rule decides on values alone, so that it can be tested without app or database: pass values in."
    )
    assert not CLOCK.search(source.text), f"{source.where} reads the clock. A rule is told what time it is."


@named("actions")
def test_actions_are_told_who_and_when(source: Source):
    assert not {name for name in imported(source) if name.split(".")[0].startswith("flask")}, (
        f"{source.where} imports flask. Actions take actor and now as arguments."
    )
    assert not CLOCK.search(source.text), f"{source.where} reads the clock. Take `now` as an argument, so that a repair can be dated."
    opened = [call.lineno for call in calls(source, "transaction")]
    assert not opened, f"{source.where}:{opened} opens a transaction. The view, job or command does, so that several actions can become one."


@named("queries")
def test_queries_only_read(source: Source):
    writes = [call.lineno for name in ("add", "add_all", "delete") for call in calls(source, name) if "session" in ast.unparse(call.func)]
    assert not writes, f"{source.where}:{writes} writes. A write is an action: move it to actions.py."


@named("views")
def test_views_hold_no_sql(source: Source):
    sql = {name for name in imported(source) if name.split(".")[0] == "sqlalchemy"}
    # Letting go of the connection before a long download is no question to the database.
    sql |= {found for found in re.findall(r"db\.session\.\w+", source.text) if found not in {"db.session.remove", "db.session.rollback"}}
    assert not sql, f"{source.where} uses {sorted(sql)}. Ask a query, so that scope is decided in one place."


@every_file
def test_only_the_kernel_commits(source: Source):
    commits = [call.lineno for call in calls(source, "commit")]
    assert not commits or source.where == "courses/kernel/db.py", (
        f"{source.where}:{commits} commits. transaction() is the only commit; open it in the view, job or command."
    )


@every_file
def test_only_the_clock_reads_the_wall(source: Source):
    if source.where == "courses/kernel/clock.py":
        return
    found = re.search(r"\b(datetime\.(now|utcnow|today)|date\.today)\(", source.text)
    assert not found, f"{source.where} says {found and found.group()}. Use clock.now() in the view and pass it on: naive and ambient times cannot be tested."


@every_file
def test_no_import_hides_in_a_function(source: Source):
    allowed = {
        "courses/kernel/queue.py": "the library of Redis is a twentieth of every start, and few counties have a Redis",
        "courses/kernel/db.py": "the bundled SQLite is absent on some machines",
        "courses/kernel/storage.py": "the object store's library doubles the start of every process, and few counties have one",
        "learning/organization/names.py": "pypinyin's dictionary takes 55 MB, and few processes write names",
        "learning/records/pades.py": "pyHanko takes a second to load, and few processes sign",
    }
    hidden = [
        node.lineno
        for function in source.nodes
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden or source.where in allowed, (
        f"{source.where}:{hidden} imports inside a function, which hides a circle. Move it to the top and mend the direction."
    )


@every_file
def test_every_module_says_what_it_is_for(source: Source):
    assert ast.get_docstring(source.tree) or not source.text.strip(), f"{source.where} has no first sentence. Say in one what it is for."


@every_file
def test_files_stay_short_and_finished(source: Source):
    lines = source.text.count("\n")
    assert lines <= 400, f"{source.where} has {lines} lines. Past 300 split it by noun; 400 is the end."
    assert source.path.stem not in NAMELESS, f"{source.where}: a thing without a room has no name yet. Name it for what it does."
    left = re.search(r"\b(TODO|FIXME|XXX|HACK)\b", source.text)
    assert not left, f"{source.where} says {left and left.group()}. Do it now, or open an issue and leave no note."


@every_file
def test_everything_is_annotated(source: Source):
    bare = [f"{node.name} (line {node.lineno})" for node in source.nodes if isinstance(node, ast.FunctionDef) and not _annotated(node)]
    assert not bare, f"{source.where}: {bare} are not typed, so nothing about them is checked. Annotate every argument and what comes back."


def _annotated(node: ast.FunctionDef) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, *filter(None, (node.args.vararg, node.args.kwarg))]
    return node.returns is not None and all(argument.annotation or argument.arg in {"self", "cls"} for argument in arguments)


@every_file
def test_logs_know_no_person(source: Source):
    for name in ("debug", "info", "warning", "error", "exception"):
        for call in (call for call in calls(source, name) if ast.unparse(call.func) == f"log.{name}"):
            assert len(call.args) == 1 and isinstance(call.args[0], ast.Constant), (
                f"{source.where}:{call.lineno} logs a computed sentence. Name the event in one word."
            )
            said = {word.arg or "**" for word in call.keywords} - TOLD
            assert not said, (
                f"{source.where}:{call.lineno} logs {sorted(said)}. Log ids and outcomes, never what people typed or are called; then add it to TOLD."
            )


@every_file
def test_numbers_that_are_asked_for_are_ones_that_a_database_holds(source: Source):
    for word in (word for name in ("get", "getlist") for call in calls(source, name) for word in call.keywords):
        assert word.arg != "type" or ast.unparse(word.value) != "int", (
            f"{source.where}:{word.value.lineno} reads any number at all. Say type=whole (kernel/plain.py): of a larger one the database makes a fault of ours."
        )


@every_file
def test_each_library_has_one_adapter(source: Source):
    for library, adapters in ADAPTERS.items():
        if source.where not in adapters:
            assert library not in imported(source), f"{source.where} imports {library}. Only {sorted(adapters)} may, so that it can be replaced in one place."


def test_no_test_is_skipped():
    banned = re.compile("mark" + r"\.(skip|skipif|xfail)\b|pytest\." + r"(skip|xfail|importorskip)\(")
    for path in sorted((ROOT / "tests").rglob("*.py")):
        found = banned.search(path.read_text())
        assert not found, f"{path.relative_to(ROOT)} says {found and found.group()}. A test whose tool is missing fails and says what to install."
