"""The web door: who knocks, what is refused at once, and the headers every answer carries."""

from typing import Any
from urllib.parse import unquote_to_bytes

import sqlalchemy as sa
import structlog
from flask import Flask, Response, g, redirect, request, session, url_for
from flask_babel import Babel
from flask_babel import gettext as _
from flask_compress import Compress
from flask_limiter import Limiter
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.exceptions import HTTPException, UnsupportedMediaType
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from community.kernel import doors
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import reader
from community.kernel.errors import (
    CommunityError,
    Invalid,
    NotFound,
    Refused,
    SecondStepNeeded,
    Unauthenticated,
    Unavailable,
)
from community.kernel.json import OrjsonProvider, dumps
from community.kernel.observing import watch_requests
from community.kernel.pages import render_error
from community.kernel.schemas import as_key, plain_messages
from community.kernel.settings import Settings
from community.kernel.sign_in import SignedIn, SignInProvider
from community.kernel.sources import client_address

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
REST_OF_FORM = 120_000  # bytes of a form with a file beside the file: the longest post fits
MOST_PARTS = 30
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "media-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)  # the database is

log = structlog.get_logger(__name__)


def _limit_key() -> str:
    """Count by person, through however many browsers and programs; else by where it comes from."""
    who: SignedIn | None = g.get("reader")
    return client_address() if who is None else str(who.id)


csrf = CSRFProtect()
limiter = Limiter(
    key_func=_limit_key,
    application_limits=["240 per minute"],
    application_limits_exempt_when=lambda: request.method in SAFE,
    headers_enabled=True,
)


def configure_http(app: Flask, settings: Settings, provider: SignInProvider) -> None:
    """Open the web door of ``app``: sessions, sign-in, CSRF, limits, headers, errors."""
    cookie = "__Host-community" if settings.secure else "community"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.request_limit,
        MAX_FORM_MEMORY_SIZE=settings.request_limit,
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PREFERRED_URL_SCHEME="https" if settings.secure else "http",
        WTF_CSRF_CHECK_DEFAULT=False,  # bearer tokens need none; see _refuse_forged
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: nothing typed is lost to a clock
        WTF_CSRF_SSL_STRICT=settings.secure,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,  # a page in a millisecond; built files are packed harder, once
        COMPRESS_MIN_SIZE=1_000,
        COMPRESS_STREAMS=False,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
    )
    app.json = OrjsonProvider(app)
    watch_requests(app, settings)  # first: what follows is in its time, and has its id
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    Compress(app)
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = _csrf_token
    Babel(app, locale_selector=lambda: reader().language, timezone_selector=lambda: reader().zone)
    login = LoginManager(app, add_context_processor=False)  # it would ask the database again
    login.session_protection = None  # the sign-in row, not an address, says if a session holds

    @login.user_loader
    def load(key: str) -> SignedIn | None:
        sign_in_id = as_key(key)
        return provider.by_sign_in(sign_in_id) if sign_in_id else None

    app.before_request(lambda: _know_who(provider))
    limiter.init_app(app)  # here: it counts by person, and counts what is refused below
    app.before_request(_refuse_nul)
    app.before_request(_refuse_forged)
    app.before_request(doors.enforce)
    app.after_request(lambda response: _finish(response, settings))
    app.register_error_handler(CommunityError, answer_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_unexpected)


def _csrf_token() -> str:
    """Return the token of this request, for a form: a page has eight of them, and asks each time.

    Flask-WTF reads its settings again before it finds the one it made.
    """
    token: str = g.get("csrf_token") or generate_csrf()
    return token


def let_in(who: SignedIn) -> None:
    """Give this browser a fresh session of ``who``; nothing of the old one survives."""
    session.clear()
    session.permanent = True  # how long it holds is said by the sign-in row
    login_user(who)


def is_api() -> bool:
    """Whether the running request came through the JSON door."""
    return request.path.startswith("/api/")


def _know_who(provider: SignInProvider) -> None:
    """Open the context: by bearer token on the API, else by session cookie."""
    g.context = Context.begin(None, request_id=g.request_id)
    if request.endpoint == "static":
        return
    header = request.headers.get("Authorization", "")
    who: SignedIn | None
    if header and is_api():
        scheme, _space, token = header.partition(" ")
        who = provider.by_bearer(token.strip()) if scheme.lower() == "bearer" else None
    else:
        who = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001  # the proxy's own way to its object
    g.reader = who
    g.context = Context.begin(
        who.id if who else None,
        origin="api" if is_api() else "page",
        request_id=g.request_id,
        admin=bool(who and who.admin),
    )


def _refuse_forged() -> None:
    """Refuse a token that is none, and without a token what another site could have sent."""
    if request.headers.get("Authorization") and is_api():
        if g.get("reader") is None:
            raise Unauthenticated(_("This token is unknown, expired or revoked."))
        _open_for_file()
    elif request.method not in SAFE and request.endpoint != "static":
        if not is_api():
            _refuse_broken_form()
            doors.require_sign_in()  # whose session is gone has no token either: say which it was
        else:
            _open_for_file()
        if not doors.is_by_secret():
            csrf.protect()


def _refuse_nul() -> None:
    """Refuse an address with a NUL: nothing has one in its name, and PostgreSQL takes none."""
    if "\0" in request.path:
        raise NotFound
    for field, values in request.args.lists():
        if any("\0" in value for value in (field, *values)):
            doors.require_sign_in()  # who is not signed in is told that first, as everywhere
            message = _("“%(field)s” cannot be read as text.", field=field.replace("\0", "")[:80])
            raise Invalid(message, fields={field: [message]})


def _refuse_broken_form() -> None:
    """Refuse a form that is no UTF-8: its broken letters would be kept as if they were meant.

    Pages take nothing but plain forms; only a view that names a file (``doors.takes_file``) takes a
    form with one, of somebody signed in, and up to that file's own size.
    """
    if request.mimetype == MULTIPART and doors.is_by_secret():
        return  # RFC 8058 has mail programs post either kind
    if _open_for_file():
        return
    if request.mimetype not in {FORM, ""}:
        raise UnsupportedMediaType
    for pair in request.get_data().split(b"&"):
        name, _equals, value = pair.replace(b"+", b" ").partition(b"=")
        try:
            unquote_to_bytes(name).decode()
            unquote_to_bytes(value).decode()
        except UnicodeDecodeError as error:
            field = unquote_to_bytes(name).decode(errors="replace")[:80]
            message = _("“%(field)s” cannot be read as text.", field=field)
            raise Invalid(message, fields={field: [message]}) from error


def _open_for_file() -> bool:
    """Let a form with a file be read where the view takes one, up to that file's own size.

    Says whether it does; nothing is read of who may not send it.
    """
    file = doors.file_of_request()
    if file is None:
        return False
    doors.require_sign_in()  # before anything is read
    doors.require_scope()
    doors.check_file_of_request()
    db.session.close()  # reading takes long: hold no connection meanwhile
    if request.mimetype != MULTIPART:
        raise UnsupportedMediaType
    request.max_content_length = file[1] + REST_OF_FORM
    request.max_form_parts = MOST_PARTS
    return True


def _finish(response: Response, settings: Settings) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), interest-cohort=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and response.status_code < 400:
        immutable = "/build/" in request.path
        headers["Cache-Control"] = f"public, max-age={31536000 if immutable else 300}" + (
            ", immutable" if immutable else ""
        )
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache"
    if not request.path.startswith("/static/"):
        response.vary.add("Cookie")
        response.vary.add("Authorization")
    return response


def problem(error: CommunityError) -> Response:
    """Return the error as an RFC 9457 problem document."""
    response = Response(dumps(error.as_problem()), error.status)
    response.content_type = "application/problem+json"
    if "retry_after" in error.details:
        response.headers["Retry-After"] = str(error.details["retry_after"])
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if "scope" in error.details:  # RFC 6750
        response.headers["WWW-Authenticate"] = (
            f'Bearer error="insufficient_scope", scope="{error.details["scope"]}"'
        )
    return response


def answer_error(error: CommunityError) -> AnyResponse:
    """Answer an error of the domain, as the door expects it."""
    if is_api():
        return problem(error)
    if isinstance(error, Unauthenticated):
        if request.method not in SAFE:
            return _answer_signed_out()
        here = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in", next=here))
    if isinstance(error, SecondStepNeeded):
        return render_error(error.status, str(error.message), second_step=True)
    response = render_error(error.status, str(error.message))
    if "retry_after" in error.details:
        response.headers["Retry-After"] = str(error.details["retry_after"])
    return response


def _answer_signed_out() -> Response:
    """Say that a form came too late, lead back to its page, and show what was written in it.

    Only to a form of our own pages, by its Referer: no other site shows its texts through us.
    """
    ours, page = request.host_url, request.referrer or ""
    if not page.startswith(ours):
        return render_error(401)
    written = [
        text
        for name, text in request.form.items(multi=True)
        if _is_written(text) and "password" not in name
    ]
    return render_error(401, onward="/" + page.removeprefix(ours), written=written)


def _is_written(text: str) -> bool:
    """Whether somebody wrote this: ids, days, zones and addresses are one word of ASCII."""
    return not text.isascii() or len(text.split()) > 1


def answer_http_error(error: HTTPException) -> AnyResponse:
    """Answer what Flask, a limit or the CSRF check refused."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    refused = _refusal(error)
    response = problem(refused) if is_api() else render_error(refused.status)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            response.headers[name] = value
    return response


def _refusal(error: HTTPException) -> CommunityError:
    """Return the refusal as an error of ours; what a schema refused, in the words of every door."""
    found = (getattr(error, "data", None) or {}).get("messages")
    details = {"fields": plain_messages(_flat(found))} if found else {}
    if details and error.code == Invalid.status:
        return Invalid(_("Some of this cannot be used."), **details)
    return Refused(error.name, status=error.code or 500, **details)


def _flat(messages: dict[str, Any]) -> dict[str, Any]:
    """Leave out where webargs looked ("json", "query"): a field's name is enough."""
    found: dict[str, Any] = {}
    for place, fields in messages.items():
        found.update(fields if isinstance(fields, dict) else {place: fields})
    return found


def answer_unexpected(error: Exception) -> AnyResponse:
    """Answer a fault of ours: logged with its request id, told without its innards."""
    log.error(
        "request failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=error
    )
    if isinstance(error, AWAY):
        return answer_error(Unavailable(_("A part of the platform does not answer.")))
    if is_api():
        return problem(CommunityError(_("Something went wrong on our side.")))
    return render_error(500)
