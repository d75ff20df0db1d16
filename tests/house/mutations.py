"""Ways to spoil the house: which file, how, which house test must notice, and what its message must say to do."""

from collections.abc import Callable
from dataclasses import dataclass

from alembic.script import ScriptDirectory

from tests.house.sources import ROOT


@dataclass(frozen=True)
class Mutation:
    """One way to spoil the house; `noticed_by` is the test that must fail, `says` a part of its message that tells how to mend it."""

    name: str
    file: str
    spoil: Callable[[str], str]
    noticed_by: str
    says: str


def new(text: str) -> Callable[[str], str]:
    """A file that was not there."""
    return lambda _: text


def added(text: str) -> Callable[[str], str]:
    """More at the end of a file."""
    return lambda before: before + text


def changed(old: str, new: str) -> Callable[[str], str]:
    """The first of something put another way."""
    return lambda before: before.replace(old, new, 1)


def first(text: str) -> Callable[[str], str]:
    """More after the file's first sentence."""
    return lambda before: before.replace('"""\n', f'"""\n{text}\n', 1)


CATALOGUE_ACTION = "\n\ndef spoil(course: Course) -> None:\n    {}\n"
ROUTE = "\n\n@bp.get('/spoiled')\n{}def spoiled() -> ResponseReturnValue:\n    return {}\n"
PAGE = '{{% extends "base.html" %}}{title}{{% block main %}}<h1>x</h1>{main}{{% endblock %}}'
TITLE = "{% block title %}x{% endblock %}"
MIGRATION = """\"\"\"A step that was not thought about with the models.\"\"\"

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("spoiled", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "spoiled")
"""


def head() -> str:
    """The last migration of the house."""
    return str(ScriptDirectory(str(ROOT / "migrations")).get_current_head())


RECORD_VIEWS, GOAL_RULES, CLASS_ACTIONS = "learning/records/views.py", "learning/goals/rules.py", "learning/classes/actions.py"
SIGN_IN, MET_BY = "templates/learning/accounts/sign_in.html", "test_an_empty_form_names_what_is_missing_and_keeps_what_was_typed"

MUTATIONS = (
    Mutation("a route without access", RECORD_VIEWS, added(ROUTE.format("", "'x'")), "test_every_route_declares_who_may_use_it", "Put @public"),
    Mutation(
        "a capability that nobody has",
        "learning/audit/feedback_views.py",
        added(ROUTE.format("@may('fly')\n", "'x'")),
        "test_capabilities_that_routes_ask_for_are_granted_to_someone",
        "grant it in",
    ),
    Mutation(
        "a door open to strangers",
        "learning/study/views.py",
        added(ROUTE.format("@public\n", "'x'")),
        "test_routes_open_to_strangers_are_few_and_known",
        "say why in OPEN",
    ),
    Mutation(
        "a GET that writes",
        "learning/study/views.py",
        added("\n\n@bp.get('/spoiled')\n@signed_in\ndef spoiled() -> str:\n    with transaction():\n        return ''\n"),
        "test_what_changes_something_is_not_a_get",
        "Use POST",
    ),
    Mutation(
        "a link that leads nowhere",
        "templates/errors/problem.html",
        changed("study.home", "study.nowhere"),
        "test_addresses_named_in_pages_exist",
        "Mend the name or add the route",
    ),
    Mutation(
        "an import upwards",
        "learning/organization/queries.py",
        first("\nfrom learning.records import log as log_\n"),
        "test_imports_run_down",
        "move the function to the room above both",
    ),
    Mutation(
        "an import sideways",
        "learning/hours/queries.py",
        first("\nfrom learning.classes import rules as class_rules\n"),
        "test_imports_run_down",
        "Pass a value in",
    ),
    Mutation(
        "courses that know learners",
        "courses/catalogue/queries.py",
        first("\nfrom learning.organization.models import Person as Person_\n"),
        "test_imports_run_down",
        "upwards or sideways",
    ),
    Mutation(
        "a circle of imports",
        "learning/hours/rules.py",
        first("\nfrom learning.hours import actions as actions_\n"),
        "test_no_module_imports_itself_through_others",
        "Split the one that both ends need",
    ),
    Mutation(
        "a second commit",
        CLASS_ACTIONS,
        added("\n\ndef spoil() -> None:\n    db.session.commit()\n"),
        "test_only_the_kernel_commits",
        "transaction() is the only commit",
    ),
    Mutation(
        "an action that opens a transaction",
        CLASS_ACTIONS,
        added("\n\ndef spoil() -> None:\n    with transaction():\n        pass\n"),
        "test_actions_are_told_who_and_when",
        "so that several actions can become one",
    ),
    Mutation(
        "an action that reads the clock",
        CLASS_ACTIONS,
        added("\n\ndef spoil() -> object:\n    return clock.now()\n"),
        "test_actions_are_told_who_and_when",
        "Take `now` as an argument",
    ),
    Mutation(
        "an action that knows the web",
        CLASS_ACTIONS,
        first("\nimport flask\n"),
        "test_actions_are_told_who_and_when",
        "Actions take actor and now as arguments",
    ),
    Mutation("an impure rule", GOAL_RULES, first("\nimport sqlalchemy\n"), "test_rules_are_pure", "pass values in"),
    Mutation(
        "a query that writes",
        "learning/classes/queries.py",
        added("\n\ndef spoil() -> None:\n    db.session.add(object())\n"),
        "test_queries_only_read",
        "move it to actions.py",
    ),
    Mutation("a view with SQL", RECORD_VIEWS, first("\nfrom sqlalchemy import select\n"), "test_views_hold_no_sql", "Ask a query"),
    Mutation("an untyped function", GOAL_RULES, added("\n\ndef spoil(value):\n    return value\n"), "test_everything_is_annotated", "Annotate"),
    Mutation(
        "a module without its sentence", "learning/goals/spoiled_rules.py", new("X = 1\n"), "test_every_module_says_what_it_is_for", "Say in one what it is for"
    ),
    Mutation("a room called util", "learning/goals/util.py", new('"""Things."""\n'), "test_files_stay_short_and_finished", "Name it for what it does"),
    Mutation(
        "a library used beside its adapter",
        "learning/goals/spoiled.py",
        new('"""Draws."""\n\nimport zxingcpp\n\nX = zxingcpp\n'),
        "test_each_library_has_one_adapter",
        "replaced in one place",
    ),
    Mutation(
        "an import hidden in a function",
        CLASS_ACTIONS,
        added("\n\ndef spoil() -> None:\n    import json\n"),
        "test_no_import_hides_in_a_function",
        "Move it to the top",
    ),
    Mutation("a file too long", GOAL_RULES, added("\n# filler\n" * 400), "test_files_stay_short_and_finished", "split it by noun"),
    Mutation(
        "a skipped test",
        "tests/goals/test_rules.py",
        added("\n\n@pytest.mark" + ".skip\ndef test_later():\n    pass\n"),
        "test_no_test_is_skipped",
        "says what to install",
    ),
    Mutation(
        "a person's name in a log",
        "learning/records/log.py",
        added("\n\ndef spoil(name: str) -> None:\n    log.info('told', name=name)\n"),
        "test_logs_know_no_person",
        "Log ids and outcomes",
    ),
    Mutation(
        "an update of what proves something",
        "learning/records/actions.py",
        added("\n\ndef spoil() -> None:\n    db.session.execute(update(Certificate).values(hours=1))\n"),
        "test_no_code_changes_a_proof",
        "Add a row that corrects",
    ),
    Mutation(
        "an unnamed constraint",
        "migrations/versions/0013_audit.py",
        changed(", name=op.f('pk_feedback')", ""),
        "test_migrations_name_their_constraints",
        "Name it",
    ),
    Mutation(
        "a proof without its guard",
        "migrations/versions/0014_append_only_triggers.py",
        changed('    "quiz_submission",\n', ""),
        "test_every_proof_is_guarded_by_the_database",
        "refuse UPDATE and DELETE",
    ),
    Mutation(
        "a model without its migration",
        "learning/classes/models.py",
        added("\n\nclass Spoiled(Model):\n    __tablename__ = 'spoiled'\n    id: Mapped[Key]\n"),
        "test_migrations_build_what_the_models_say",
        "Write a migration for the difference",
    ),
    Mutation(
        "a migration without its model",
        "migrations/versions/9999_spoiled.py",
        lambda _: MIGRATION.format(head()),
        "test_migrations_build_what_the_models_say",
        "Write a migration for the difference",
    ),
    Mutation("two heads", "migrations/versions/9999_spoiled.py", new(MIGRATION.format("0013")), "test_there_is_one_head", "everyone walks one road"),
    Mutation("a template without a title", "templates/errors/spoiled.html", new(PAGE.format(title="", main="")), "test_it_has_a_title", "fill the block"),
    Mutation(
        "an unused template",
        "templates/errors/spoiled.html",
        new(PAGE.format(title=TITLE, main="")),
        "test_every_template_is_used",
        "Remove it, or use it",
    ),
    Mutation(
        "an inline script without its nonce",
        "templates/errors/problem.html",
        changed("<section", "<script>go()</script><section"),
        "test_no_script_or_style_in_the_markup",
        "has no nonce",
    ),
    Mutation(
        "an inline handler",
        "templates/errors/problem.html",
        changed("<section", '<section onclick="go()"'),
        "test_no_script_or_style_in_the_markup",
        "data- attribute in static/js",
    ),
    Mutation(
        "a style attribute",
        "templates/errors/problem.html",
        changed("<section", '<section style="color:red"'),
        "test_no_script_or_style_in_the_markup",
        "Give it a class",
    ),
    Mutation(
        "a page that fetches from outside",
        "templates/errors/problem.html",
        changed("<section", '<img src="https://example.com/x.png" alt=""><section'),
        "test_no_script_or_style_in_the_markup",
        "vendor it",
    ),
    Mutation("a template that does not compile", "templates/errors/problem.html", added("{% if %}"), "test_it_compiles", "TemplateSyntaxError"),
    Mutation("an unlabelled field", SIGN_IN, changed("<form", '<input name="spoiled"><form'), MET_BY, "has no label"),
    Mutation("an id twice", SIGN_IN, changed("<form", '<p id="spoiled"></p><p id="spoiled"></p><form'), MET_BY, "a label would find only the first"),
    Mutation("invalid HTML", SIGN_IN, changed("<form", "<p><b>x</p><form"), MET_BY, "write it as it is meant"),
    Mutation(
        "a page without its language",
        "templates/base.html",
        lambda before: before.replace("<html lang=", "<html data-lang=", 1),
        MET_BY,
        "does not know how to pronounce it",
    ),
    Mutation(
        "a setting that is not documented",
        "courses/kernel/settings.py",
        changed("    data_dir: Path", '    spoiled: str = _setting(str, "", "A setting that nobody wrote into the page.")\n    data_dir: Path'),
        "test_the_page_is_up_to_date",
        "Write it again",
    ),
    Mutation(
        "a job without its body",
        "courses/media/actions.py",
        added("\n\ndef spoil(now: datetime) -> None:\n    enqueue('spoiled', {}, now=now)\n"),
        "test_every_job_has_a_body",
        "Register one with @queue.body",
    ),
    Mutation("a dependency that nobody uses", "requirements.in", added("requests==2.0\n"), "test_nothing_is_required_in_vain", "Strike it"),
    Mutation(
        "a library that is not required",
        "courses/kernel/clock.py",
        first("\nimport requests\n"),
        "test_nothing_is_used_that_is_not_required",
        "Add it to requirements.in",
    ),
    Mutation("a script too new for phones", "static/js/spoiled.js", new("const x = window?.y;\n"), "test_the_script_is_es2017", "Phones of 2017"),
)
