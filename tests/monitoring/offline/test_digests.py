"""A phone fetches what it keeps anew when any of it was changed."""

import re

import pytest
from django.template.loader import get_template

from monitoring.offline.digests import TEMPLATES


@pytest.mark.parametrize("page", ["page.html", "check_in.html"])
def test_what_the_kept_pages_are_built_of_makes_another_version(page: str) -> None:
    left: set[str] = {f"monitoring/offline/{page}"}
    found: set[str] = set()
    while left:
        found.add(name := left.pop())
        source = get_template(name).template.source  # type: ignore[attr-defined]
        left |= set(re.findall(r'% include "(monitoring/offline/[^"]+)"', source)) - found
    assert found <= set(TEMPLATES)
