"""What every problem of the API must look like."""

from typing import Any

MEMBERS = {"type", "title", "status", "detail", "instance", "errors"}


def problem(response: Any, status: int) -> dict[str, Any]:
    """The body of a problem, checked for its form."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body.keys() >= MEMBERS
    assert body["status"] == status
    assert all({"path", "message"} <= each.keys() for each in body["errors"])
    return body


def paths(response: Any, status: int = 422) -> list[str]:
    """The paths of the faults that a problem names."""
    return [each["path"] for each in problem(response, status)["errors"]]
