"""What browsers are told to refuse, with every answer."""

import pytest
from httpx import AsyncClient

from api.built_assets import inline_script_hash


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/help", "/nothing", "/api/v1/me", "/api/v1/nothing", "/schema", "/health/live",
     "/static/app.css", "/static/nothing.css", "/"],
)  # fmt: skip
async def test_every_answer_has_them(client: AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    if not path.startswith("/static/"):
        assert headers["cache-control"] == "no-store"


async def test_the_policy_lets_the_one_inline_script_run(client: AsyncClient) -> None:
    response = await client.get("/sign-in")

    script = response.text.split("<script>")[1].split("</script>")[0]
    assert "js-enabled" in script
    assert f"'sha256-{inline_script_hash()}'" in response.headers["content-security-policy"]
    assert response.text.count("<script>") == 1
    assert "style=" not in response.text
