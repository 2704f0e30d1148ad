"""The door for payment providers: every answer is JSON with a sentence, nothing is changed."""

from __future__ import annotations

import json

import pytest

URL = "/callbacks/refunds/simulator/"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"{}", {}),
        (b"not json", {"X-Signature": "0" * 64}),
        (b'{"provider_key": "RF1-1", "state": "SUCCESS"}', {"X-Signature": "forged"}),
        (b"\xff\xfe\x00", {}),
        (b"[" * 5000, {}),
    ],
)
def test_a_bad_callback_is_refused_with_a_sentence(body, headers, client, world):
    response = client.post(URL, body, content_type="application/json", headers=headers)

    assert 400 <= response.status_code < 500
    assert json.loads(response.content)["message"].endswith(".")


def test_an_unknown_provider_is_not_found(client, world):
    response = client.post("/callbacks/refunds/nobody/", b"{}", content_type="application/json")

    assert response.status_code == 404
    assert response.json()["message"] == "There is no such provider."


def test_an_oversized_callback_is_refused_unread(client, world):
    response = client.post(URL, b"x" * 70_000, content_type="application/json")

    assert response.status_code == 413
    assert "too much" in response.json()["error"]


def test_only_post_is_taken(client, world):
    assert client.get(URL).status_code == 405
