"""Texts in the reader's language, found fast: a page asks for fifty, a list for two hundred."""

import functools
from typing import Any

from flask import Flask, g
from flask_babel import Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

KEPT = 4096  # texts of templates, ready to be shown, that a process remembers


class KeptDomain(Domain):  # type: ignore[misc]  # the library has no types
    """The texts of all languages, loaded once a process, found once a request.

    Flask-Babel makes a new domain for each request, which looks for its catalogues on the disk
    again, and works the reader's locale out anew for each text.
    """

    def get_translations(self) -> Any:
        kept = g.get("translations")
        # Inside ``force_locale`` the locale of Flask-Babel's notes is another one for a while.
        if kept is None or kept[0].babel_locale is not kept[1]:
            found, locale = super().get_translations(), get_locale()
            kept = g.translations = (g._flask_babel, locale, found)  # noqa: SLF001  # its notes
        return kept[2]


def configure_translations(app: Flask) -> None:
    """Keep what was loaded of the languages, and give templates a short way to it.

    Call it when the templates' extensions are in place.
    """
    domain = KeptDomain()
    app.before_request(domain.as_default)

    @pass_eval_context
    def gettext(context: EvalContext, message: str, /, **variables: Any) -> str:
        translations = domain.get_translations()
        text: str
        if context.autoescape:
            text = _shown(translations, message)
        else:
            text = translations.ugettext(message)
        return text % variables if "%" in text else text

    @pass_eval_context
    def ngettext(
        context: EvalContext, one: str, many: str, number: int, /, **variables: Any
    ) -> str:
        variables.setdefault("num", number)
        text = domain.get_translations().ungettext(one, many, number)
        if not context.autoescape:
            said: str = text % variables
            return said
        if len(variables) == 1 and type(variables["num"]) is int:  # nothing to be escaped
            return Markup(text % variables)  # noqa: S704  # our text, and a number
        return Markup(text) % variables  # noqa: S704  # as above

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


@functools.lru_cache(maxsize=KEPT)
def _shown(translations: Any, message: str) -> Markup:
    """Return a text of ours as a page shows it; Markup escapes what is put into it later."""
    return Markup(translations.ugettext(message))  # noqa: S704  # our texts
