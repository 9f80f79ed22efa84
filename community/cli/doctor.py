"""``community doctor``: says in words what is misconfigured."""

import secrets
import sys
from pathlib import Path

import click
import redis
import sqlalchemy as sa

from community import migrating
from community.kernel.assets import built
from community.kernel.settings import Settings, SettingsError, read_settings


@click.command()
@click.option("--make-key", type=click.Path(path_type=Path), help="Write a new secret key here.")
def doctor(make_key: Path | None) -> None:
    """Look at this installation and say what is wrong with it; exit 1 if anything is."""
    if make_key is not None:
        write_key(make_key)
        click.echo(f"A secret key was written to {make_key}.")
        return
    try:
        settings = read_settings()
    except SettingsError as error:
        click.echo(f"Configuration:\n{error}")
        sys.exit(1)
    findings = [look_at_database(settings), *_redis(settings), *_pages(settings)]
    for good, words in findings:
        click.echo(f"{'ok   ' if good else 'WRONG'} {words}")
    sys.exit(0 if all(good for good, _words in findings) else 1)


def write_key(file: Path) -> None:
    """Write a fresh secret key that only its owner may read; never over an old one."""
    if file.exists():
        raise click.ClickException(f"{file} exists; a new key would sign everybody out.")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(secrets.token_urlsafe(48), encoding="ascii")


def look_at_database(settings: Settings) -> tuple[bool, str]:
    """Return whether the database can be used, and in words what it is or what to do."""
    kind = "SQLite" if settings.embedded else "PostgreSQL"
    try:
        at = migrating.revision_of(settings.database)
    except sa.exc.SQLAlchemyError as error:
        return False, f"{kind} does not answer: {type(error).__name__}. Check the address."
    if fault := migrating.wanting(at, migrating.revisions()):
        return False, f"{kind} answers, but {fault}. Run: community db upgrade"
    return True, f"{kind} answers and its schema is up to date."


def _redis(settings: Settings) -> list[tuple[bool, str]]:
    if not settings.redis_url:
        return [(True, "No Redis: fine for one machine; several processes catch up within 2 s.")]
    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=2).ping()
    except redis.RedisError as error:
        return [(False, f"Redis does not answer: {type(error).__name__}. Is it running?")]
    return [(True, "Redis answers.")]


def _pages(settings: Settings) -> list[tuple[bool, str]]:
    return [
        (
            built("app.css") and built("app.js"),
            "Styles and scripts are built."
            if built("app.js")
            else "Scripts are not built: pages work, live updates do not. Run: make install",
        ),
        (
            settings.secure or "127.0.0.1" in settings.base_url or "localhost" in settings.base_url,
            f"People reach this site at {settings.base_url}"
            + ("" if settings.secure else " (without TLS: only for trying it out)"),
        ),
    ]
