"""What anybody may see: what this network is, and how one joins; in development the style guide."""

import uuid

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.home.pages.blueprint import pages
from community.kernel.doors import current_context, public
from community.kernel.frame import Frame, NavItem, Person
from community.kernel.installed import installed


@pages.route("/")
@public
def landing() -> str | Response:
    """Say what this network is; whoever is signed in goes to their week."""
    if current_context().actor_id is not None:
        return redirect(url_for("home.week"))
    return render_template("home/landing.html")


@pages.route("/styleguide")
@public
def styleguide() -> str:
    """Show one of everything, to whoever builds pages; installations in use do not have it."""
    settings = installed().settings
    if settings.mode == "production":
        abort(404)
    home = NavItem(_("Home"), url_for("home.landing"), "home", current=True)
    frame = Frame(
        network_name=settings.network_name,
        me=Person(uuid.UUID(int=6), "Amina Otieno"),
        nav=[home],
        bar=[home],
        sign_out_url=url_for("accounts.sign_out"),
    )
    return render_template("_shared/styleguide.html", frame=frame)
