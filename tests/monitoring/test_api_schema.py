"""The OpenAPI document says what the API does, and is a valid one."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from monitoring import api as addresses
from monitoring.people.models import User
from tests.monitoring.conftest import Call

HIDDEN = {"api_schema", "api_nothing_here"}


def test_the_document_is_valid_and_written_without_a_warning() -> None:
    written = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=written)

    document = json.loads(written.getvalue())
    assert document["openapi"].startswith("3.")
    assert len(document["paths"]) == len(addresses.urlpatterns) - len(HIDDEN)


@pytest.mark.django_db
def test_anybody_can_read_it() -> None:
    document = APIClient().get("/api/v1/schema/", headers={"Accept": "application/json"}).json()

    assert set(document["components"]["securitySchemes"]) == {"tokenAuth", "cookieAuth"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            problem = operation["responses"]["default"]["content"]["application/problem+json"]
            assert problem["schema"]["$ref"].endswith("/Problem"), f"{method} {path}"
            assert operation["description"], f"{method} {path}"


def test_every_address_in_it_is_a_door(api: Call, clinician: User) -> None:
    document = APIClient().get("/api/v1/schema/").json()

    for path in document["paths"]:
        address = re.sub(r"{\w+}", "{id}", path)
        response = api(clinician).patch(address.format(id="0" * 8 + "-0000-4000-8000-" + "0" * 12), {})
        assert response.status_code == 405, path
