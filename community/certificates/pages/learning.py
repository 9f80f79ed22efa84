"""One's certificate, said where one learns."""

from flask import redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.certificates.pages.blueprint import pages
from community.certificates.queries import own_of_run
from community.cohorts.queries import space_with_run
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.feature import Part
from community.spaces.models import Space


def part(_ctx: Context, space: Space) -> Part:
    """Say on the page of a course which one has completed where the certificate is."""
    html = render_template("certificates/_completed.html", space=space)
    return Part(html=Markup(html))  # noqa: S704  # escaped by the template


@pages.route("/spaces/<slug>/certificate")
@signed_in
def own(slug: str) -> AnyResponse:
    """Lead to one's own certificate of a run."""
    ctx = current_context()
    _space, run = space_with_run(ctx, slug)
    found = own_of_run(ctx, run.id)
    if found is None:
        raise NotFound
    return redirect(url_for("certificates.certificate", certificate_id=found), 303)
