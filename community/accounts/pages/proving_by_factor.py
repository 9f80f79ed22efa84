"""Other proofs than the password that it is oneself who sits there: a code, a passkey."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import Asked
from community.accounts.operations import Verdict, prove_by_code, prove_by_passkey
from community.accounts.pages.blueprint import pages
from community.accounts.pages.ceremonies import answered, ask_to_sign, site_here
from community.accounts.pages.gate import said_of, typed_code
from community.accounts.pages.limits import PER_ACCOUNT, person
from community.accounts.pages.passkeys import said_of_passkey
from community.accounts.pages.proving import KEPT, kept_fields, led_on, prove_page
from community.accounts.rules import local_path
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import Invalid
from community.kernel.http import limiter


@pages.route("/prove/code", methods=["POST"])
@signed_in
@takes("code", "next", "to", KEPT)
@limiter.limit(PER_ACCOUNT, key_func=person)
def prove_with_code() -> AnyResponse:
    """Take a code of the app, or a recovery code, for the password."""
    try:
        verdict = prove_by_code(current_context(), reader().sign_in_id, typed_code())
    except Invalid as error:
        return _again("code", " ".join(error.fields["code"]))
    return _onward() if verdict is Verdict.RIGHT else _again("code", said_of(verdict))


@pages.route("/prove/passkey/challenge", methods=["POST"])
@signed_in
@limiter.limit(PER_ACCOUNT, key_func=person)
def ask_for_proof_by_passkey() -> Response:
    """Say what a passkey of the person signed in is to sign."""
    return ask_to_sign(current_context(), Asked.PROVE)


@pages.route("/prove/passkey", methods=["POST"])
@signed_in
@takes("answer", "next", "to", KEPT)
@limiter.limit(PER_ACCOUNT, key_func=person)
def prove_with_passkey() -> AnyResponse:
    """Take a passkey for the password."""
    ctx, site = current_context(), site_here()
    try:
        words, answer = answered(ctx, Asked.PROVE)
    except Invalid as error:
        return _again("answer", error.message)
    verdict = prove_by_passkey(ctx, reader().sign_in_id, site, words=words, answer=answer)
    return _onward() if verdict is Verdict.RIGHT else _again("answer", said_of_passkey(verdict))


def _next() -> str:
    return local_path(request.form.get("next")) or url_for("accounts.security")


def _onward() -> AnyResponse:
    return led_on(_next(), local_path(request.form.get("to")), kept_fields())


def _again(field: str, words: str) -> Response:
    to = local_path(request.form.get("to"))
    return prove_page(_next(), to=to, kept=kept_fields(), errors={field: [words]}, status=422)
