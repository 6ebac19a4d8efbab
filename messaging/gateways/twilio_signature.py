"""Tells whether a webhook comes from Twilio; look before anything else is made of it."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator


def is_genuine(
    url: str,
    params_or_body: Mapping[str, str] | str,
    signature: str | None,
    *,
    token: str,
    settings: str | None = None,
) -> bool:
    """Tell whether Twilio signed the call with the account's token.

    ``url`` is the public one with the raw path and query; ``params_or_body`` the fields of a form,
    or a body that is none. ``settings`` is the header ``X-Twilio-Webhooks-Signature-Settings``: it
    speaks of a shared key, and this service has none.
    """
    if not signature or settings:
        return False
    try:
        return bool(RequestValidator(token).validate(url, params_or_body, signature))
    except (TypeError, ValueError):  # JSON without its hash; what is no text, or no address
        return False
