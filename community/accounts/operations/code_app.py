"""An authenticator app as second factor: set up, confirmed by its first code, taken away."""

from flask_babel import gettext as _

from community.accounts.events import CodeAppAdded, CodeAppRemoved
from community.accounts.formats.codes import new_secret, seal, tidy
from community.accounts.models import CodeApp
from community.accounts.operations.codes import Verdict, app_takes, counted
from community.accounts.operations.recovery import first_codes, lose_factor
from community.accounts.policy import find_account, visible_code_apps
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.operation import operation, record


@operation
def begin_code_app(ctx: Context) -> CodeApp:
    """Make the secret an app of the actor is to learn; it counts once a code confirms it.

    Raises Conflict where an app is set up: turn that off first.
    """
    user = find_account(ctx, ctx.person, lock=True)
    app = _of(ctx)
    if app is None:
        app = CodeApp(user_id=user.id, last_step=0)
        db.session.add(app)
    elif app.confirmed_at is not None:
        raise Conflict(_("An authenticator app is set up. Turn it off first."))
    app.sealed = seal(new_secret())
    app.made_at = ctx.now
    return app


@operation
def confirm_code_app(ctx: Context, code: str) -> Verdict | list[str]:
    """Let the app of the actor count from now on, by the first code it shows.

    Returns the recovery codes, told only here, where it is the first second factor, else none; or
    why it does not count, which is kept and counted. Raises NotFound where none is being set up.
    """
    user = find_account(ctx, ctx.person, lock=True)
    app = _of(ctx)
    if app is None or app.confirmed_at is not None:
        raise NotFound
    verdict = counted(ctx, lambda: app_takes(ctx, app, tidy(code)), told=False)
    if verdict is not Verdict.RIGHT:
        return verdict
    codes = first_codes(ctx)
    app.confirmed_at = ctx.now
    record(CodeAppAdded(user_id=user.id, app_id=app.id, at=ctx.now))
    return codes


@operation
def remove_code_app(ctx: Context) -> None:
    """Take the app of the actor away; one that was never confirmed goes without a word.

    Raises NotFound where there is none.
    """
    find_account(ctx, ctx.person, lock=True)
    app = _of(ctx)
    if app is None:
        raise NotFound
    db.session.delete(app)
    db.session.flush()
    if app.confirmed_at is not None:
        record(CodeAppRemoved(user_id=ctx.person, app_id=app.id, at=ctx.now))
        lose_factor(ctx.person)


def _of(ctx: Context) -> CodeApp | None:
    found: CodeApp | None = db.session.scalar(
        visible_code_apps(ctx).execution_options(populate_existing=True)
    )
    return found
