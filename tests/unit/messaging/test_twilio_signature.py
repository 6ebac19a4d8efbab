"""Only Twilio's own calls are believed (messaging.md 3)."""

import hashlib

import pytest
from litestar.datastructures import FormMultiDict
from twilio.request_validator import RequestValidator

from messaging.gateways.twilio_signature import is_genuine

TOKEN = "a-token-that-nobody-else-has"
URL = "https://tracker.example.org/webhooks/twilio/status/abc"
PARAMS = {"MessageSid": "SM1", "MessageStatus": "delivered", "Note": "å+ ’\r\n"}


def sign(url: str, params: dict[str, str]) -> str:
    return str(RequestValidator(TOKEN).compute_signature(url, params))


def test_what_twilio_signed_is_genuine() -> None:
    assert is_genuine(URL, PARAMS, sign(URL, PARAMS), token=TOKEN)


def test_a_form_as_litestar_reads_it_is_genuine() -> None:
    form = FormMultiDict(PARAMS)

    assert is_genuine(URL, form, sign(URL, PARAMS), token=TOKEN)


@pytest.mark.parametrize("signature", [None, "", "nonsense", "é", sign(URL, {}), " "])
def test_another_signature_or_none_is_not(signature: str | None) -> None:
    assert not is_genuine(URL, PARAMS, signature, token=TOKEN)


def test_another_address_or_another_field_is_not() -> None:
    signature = sign(URL, PARAMS)

    assert not is_genuine(URL + "?a=b", PARAMS, signature, token=TOKEN)
    assert not is_genuine(URL, PARAMS | {"New": "1"}, signature, token=TOKEN)
    assert not is_genuine(URL, PARAMS, signature, token=TOKEN + "x")


def test_json_needs_the_hash_of_its_body_in_the_address() -> None:
    body = '{"MessageSid": "SM1"}'
    url = f"{URL}?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"

    assert is_genuine(url, body, sign(url, {}), token=TOKEN)
    assert not is_genuine(url, body + " ", sign(url, {}), token=TOKEN)
    assert not is_genuine(URL, body, sign(URL, {}), token=TOKEN)


def test_a_shared_key_is_refused_because_there_is_none() -> None:
    signature = sign(URL, PARAMS)

    assert not is_genuine(
        URL, PARAMS, signature, token=TOKEN, settings="key=k,algorithm=HMAC_SHA256"
    )


@pytest.mark.parametrize("url", ["https://[", "http://a:port/x", ""])
def test_an_address_that_is_none_is_no_fault(url: str) -> None:
    assert not is_genuine(url, PARAMS, "c2ln", token=TOKEN)


def test_what_cannot_be_written_as_bytes_is_no_fault() -> None:
    assert not is_genuine(URL, {"Body": "\ud800"}, "c2ln", token=TOKEN)
