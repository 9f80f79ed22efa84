"""The composition root: the only module that knows every feature."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from community.academy import wiring as academy
from community.accounts import wiring as accounts
from community.administration import wiring as administration
from community.certificates import wiring as certificates
from community.cohorts import wiring as cohorts
from community.correspondence import wiring as correspondence
from community.coursework import wiring as coursework
from community.discussions import wiring as discussions
from community.health import health
from community.home import wiring as home
from community.kernel.api import make_api
from community.kernel.api_docs import serve_docs
from community.kernel.assets import AssetFlask
from community.kernel.context import Context
from community.kernel.db import db, engine_settings, prepare_engines
from community.kernel.events import Event
from community.kernel.feature import Feature
from community.kernel.http import configure_http
from community.kernel.installed import EXTENSION, Installed
from community.kernel.observing import configure_logging
from community.kernel.pages import configure_pages
from community.kernel.realtime.polling import shield_polling
from community.kernel.realtime.server import AsyncMode, RealtimeServer
from community.kernel.release import release
from community.kernel.resources import resource
from community.kernel.settings import Settings
from community.kernel.sign_in import SignInProvider
from community.kernel.translating import configure_translations
from community.live import wiring as live
from community.mailing import wiring as mailing
from community.metrics import metrics
from community.moderation import wiring as moderation
from community.notifications import wiring as notifications
from community.progress import wiring as progress
from community.search import wiring as search
from community.spaces import wiring as spaces
from community.transfers import wiring as transfers

FEATURES: tuple[Feature, ...] = tuple(
    module.FEATURE
    for module in (
        accounts,
        correspondence,
        spaces,
        discussions,
        moderation,
        academy,
        live,
        transfers,
        cohorts,
        progress,
        coursework,
        certificates,
        notifications,
        search,
        mailing,
        home,
        administration,
    )
)


def create_app(settings: Settings) -> Flask:
    """Build the application: the web and JSON doors, the features, the database.

    ``open_live_door`` adds the sockets; commands and workers do without.
    """
    configure_logging(settings)
    app = AssetFlask(
        "community",
        template_folder=str(resource("templates")),
        static_folder=str(resource("static")),
    )
    app.config.update(engine_settings(settings), TESTING=settings.mode == "test")
    db.init_app(app)
    prepare_engines(app)
    house = _assemble(settings)
    house.forget = sign_in_provider().revoked
    [house.office] = [feature.office for feature in FEATURES if feature.office is not None]
    app.extensions[EXTENSION] = house
    configure_http(app, settings, sign_in_provider())
    configure_pages(app)
    configure_translations(app)
    api = make_api(app)
    for feature in FEATURES:
        for blueprint in feature.pages:
            app.register_blueprint(blueprint)
        for blueprint in feature.apis:
            api.register_blueprint(blueprint)
    app.register_blueprint(health)
    app.register_blueprint(metrics)
    serve_docs(app, api)
    return app


def open_live_door(app: Flask, *, async_mode: AsyncMode = "gevent") -> RealtimeServer:
    """Add the Socket.IO server to ``app``; from here on what is committed is also pushed."""
    house: Installed = app.extensions[EXTENSION]
    server = RealtimeServer(app, house, sign_in_provider(), async_mode=async_mode)
    shield_polling(app)
    house.announce = server.announce
    app.extensions["community.realtime"] = server
    return server


def sign_in_provider() -> SignInProvider:
    """Return who says who is behind a cookie."""
    [provider] = [feature.sign_in for feature in FEATURES if feature.sign_in is not None]
    return provider


def _assemble(settings: Settings) -> Installed:
    reactions: dict[type[Event], list[Callable[[Context, Any], None]]] = defaultdict(list)
    later: dict[type[Event], list[str]] = defaultdict(list)
    jobs: dict[str, Callable[..., None]] = {}
    for feature in FEATURES:
        for event, react in feature.reactions:
            reactions[event].append(react)
        for event, job in feature.later:
            later[event].append(job)
        jobs.update(feature.jobs)
    _refuse_unknown_jobs(later, jobs)
    return Installed(
        release=release(),
        settings=settings,
        features=FEATURES,
        reactions=reactions,
        later=later,
        jobs=jobs,
    )


def _refuse_unknown_jobs(
    later: dict[type[Event], list[str]], jobs: dict[str, Callable[..., None]]
) -> None:
    wanted: Sequence[str] = [job for names in later.values() for job in names]
    if unknown := set(wanted) - jobs.keys():
        raise RuntimeError(f"no feature has these jobs: {', '.join(sorted(unknown))}")
