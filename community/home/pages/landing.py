"""What anybody may see: what this network is, and how one joins; in development the style guide."""

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from community.home.pages.blueprint import pages
from community.kernel.doors import current_context, public, signed_in
from community.kernel.installed import installed


@pages.get("/")
@public
def landing() -> str | Response:
    """Say what this network is; whoever is signed in goes to their week."""
    if current_context().actor_id is not None:
        return redirect(url_for("home.week"))
    return render_template("home/landing.html")


@pages.get("/styleguide")
@signed_in
def styleguide() -> str:
    """Show one of everything, to whoever builds pages; installations in use do not have it."""
    if installed().settings.mode == "production":
        abort(404)
    return render_template("_shared/styleguide.html")
