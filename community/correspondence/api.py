"""Which letters one gets, over JSON."""

from community.correspondence.operations import choose_letters
from community.correspondence.queries import stopped
from community.correspondence.rules import LetterKind
from community.correspondence.schemas import LettersIn, LettersOut
from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in

api = ApiBlueprint("correspondence", "Which letters reach you")


def _wanted() -> dict[str, list[LetterKind]]:
    off = stopped(current_context())
    return {"wanted": [kind for kind in LetterKind if kind not in off]}


@api.route("/me/letters")
@signed_in
@api.response(200, LettersOut)
def letters() -> dict[str, list[LetterKind]]:
    """List the kinds of letter you get."""
    return _wanted()


@api.route("/me/letters", methods=["PUT"])
@signed_in
@api.arguments(LettersIn)
@api.response(200, LettersOut)
def choose(given: dict[str, list[LetterKind]]) -> dict[str, list[LetterKind]]:
    """Say which kinds of letter you want; the others stop. Letters about your account go on."""
    choose_letters(current_context(), wanted=given["wanted"])
    return _wanted()
