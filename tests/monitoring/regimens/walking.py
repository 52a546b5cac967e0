"""Going through the pages of a regimen as a browser without JavaScript does."""

import re
from datetime import date
from html import unescape
from typing import Any

from django.test import Client

from monitoring.people.models import Patient


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = unescape(value[1])
    return found


class Walk:
    """One walk through the three steps of adding a medicine."""

    def __init__(self, client: Client, patient: Patient, today: date) -> None:
        self.client, self.root, self.today = client, f"/patients/{patient.pk}/medications/", today

    def search(self, query: str) -> str:
        response = self.client.post(self.root + "new/", {"query": query})
        assert response.status_code == 302
        self.draft = response["Location"].partition("?")[2]
        return self.client.get(response["Location"]).content.decode()

    def choose(self, entered: str, **more: str) -> Any:
        return self.client.post(f"{self.root}new/choose/?{self.draft}", {"entered": entered} | more)

    def dose(self, **given: str) -> Any:
        sent = {"amount": "25", "unit": "mg", "often": "1-night", "route": "oral", "starts_on": self.today.isoformat()}
        return self.client.post(f"{self.root}new/dose/?{self.draft}", sent | given)

    @property
    def check_url(self) -> str:
        return f"{self.root}new/check/?{self.draft}"

    def to_check(self, medicine: str, **dose: str) -> str:
        self.search(medicine)
        self.choose(medicine)
        response = self.dose(**dose)
        assert response.status_code == 302, response.content.decode()
        assert response["Location"] == self.check_url
        return self.client.get(self.check_url).content.decode()
