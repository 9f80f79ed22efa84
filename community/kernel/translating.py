"""Texts in the reader's language, found fast: a page asks for fifty, a list for two hundred."""

from typing import Any

from flask import Flask, g
from flask_babel import Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def configure_translations(app: Flask) -> None:
    """Keep what was loaded of the languages, and give templates a short way to it.

    Flask-Babel makes a new domain for each request, which then looks for its catalogues on the disk
    again, and asks for the reader's locale at each text. Call it when the templates' extensions are
    in place.
    """
    domain = Domain()
    app.before_request(domain.as_default)

    def translations() -> Any:
        locale, kept = get_locale(), g.get("translations")
        if kept is None or kept[0] is not locale:  # another one inside ``force_locale``
            kept = g.translations = (locale, domain.get_translations())
        return kept[1]

    @pass_eval_context
    def gettext(context: EvalContext, message: str, /, **variables: Any) -> str:
        text = translations().ugettext(message)
        return (Markup(text) if context.autoescape else text) % variables  # noqa: S704  # our texts; Markup escapes the variables

    @pass_eval_context
    def ngettext(
        context: EvalContext, one: str, many: str, number: int, /, **variables: Any
    ) -> str:
        variables.setdefault("num", number)
        text = translations().ungettext(one, many, number)
        return (Markup(text) if context.autoescape else text) % variables  # noqa: S704  # as above

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
