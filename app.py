"""The application: a table of contents, read from top to bottom. Nothing imports it."""

import os
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from courses.catalogue import measure
from courses.catalogue import views as catalogue
from courses.importers import jobs as importer_jobs
from courses.importers import views as importers
from courses.kernel import access, brief, db, door, errors, logs, queue, signing, storage, together, web
from courses.kernel import commands as kernel_commands
from courses.kernel import jobs as kernel_jobs
from courses.kernel import settings as settings_
from courses.media import jobs as media_jobs
from courses.media import views as media
from learning.accounts import asking
from learning.accounts import views as accounts
from learning.audit import commands as county_commands
from learning.audit import jobs as audit_jobs
from learning.audit import views as audit
from learning.demo import commands as demo_commands
from learning.exports import jobs as export_jobs
from learning.exports import views as exports
from learning.goals import commands as goal_commands
from learning.goals import views as goals
from learning.hours import queries as hours
from learning.quizzes import commands as quiz_commands
from learning.quizzes import views as quizzes
from learning.records import commands as record_commands
from learning.records import jobs as record_jobs
from learning.records import views as records
from learning.study import jobs as study_jobs
from learning.study import views as study

HERE = Path(__file__).resolve().parent


def create_app(settings: settings_.Settings | None = None) -> Flask:
    """Build the application from `settings`, or from the environment."""
    settings = settings or settings_.Settings.from_env(os.environ)
    app = Flask(__name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    configure(app, settings)

    # The floor.
    logs.install(app, settings.log_level)
    db.install(app, settings)
    together.install(app)
    brief.install(app)
    signing.install(app)
    Migrate(app, db.db, directory=str(HERE / "migrations"), render_as_batch=True)
    storage.install(app, settings)
    queue.install(app, settings)
    Babel(app, locale_selector=asking.language)
    errors.install(app)
    door.install(app)
    web.install(app)

    # Who is asking, then whether they may.
    asking.install(app)
    access.install(app)

    # The rooms.
    for room in (accounts, catalogue, importers, media, study, records, goals, audit, quizzes, exports):
        app.register_blueprint(room.bp)
    measure.install(app, hours.suggestion)
    kernel_jobs.install()
    media_jobs.install()
    study_jobs.install()
    importer_jobs.install()
    export_jobs.install()
    record_jobs.install()
    audit_jobs.install()

    # The commands.
    for commands in (kernel_commands, county_commands, demo_commands, goal_commands, quiz_commands, record_commands):
        app.cli.add_command(commands.cli)
    app.cli.add_command(record_commands.key_cli)

    # What a proxy in front says of whoever asks comes before everything.
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]
    return app


def configure(app: Flask, settings: settings_.Settings) -> None:
    """Tell Flask what the settings say."""
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,  # uploads raise it for themselves
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="hall",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # the table says until when a device is signed in
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,  # a page left open for a day must still be able to save
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_TRANSLATION_DIRECTORIES=str(HERE / "templates" / "translations"),
        JSON_AS_ASCII=False,
    )
