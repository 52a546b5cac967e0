"""Going through the pages of a comparison as a browser without JavaScript does."""

from datetime import date
from typing import Any

from django.test import Client

from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription

PAIR = "Sedation, weak legs and falls add up"
WITHDRAWAL = "Baclofen ended or cut without a taper"


class Desk:
    """One comparison, from its first choice on."""

    def __init__(self, client: Client, patient: Patient, today: date) -> None:
        self.client, self.today = client, today
        self.root = f"/patients/{patient.pk}/medications/compare/"
        self.choices = ""

    def get(self) -> Any:
        return self.client.get(f"{self.root}?{self.choices}")

    def post(self, path: str = "", **sent: Any) -> Any:
        response = self.client.post(f"{self.root}{path}?{self.choices}", sent)
        if response.status_code == 302 and response["Location"].startswith(self.root):
            self.choices = response["Location"].partition("?")[2]
        return response

    def change(self, kind: str, row: Prescription | None = None, to: str = "", **more: str) -> Any:
        sent = {"kind": kind, "line": "more" if row is None else str(row.pk), "to": to, "option": "new"}
        return self.post(**(sent | {"from_day": self.today.isoformat()} | more))

    def instead(self, row: Prescription, **ticked: str) -> Any:
        named = {f"instead-{row.pk}-{name}": value for name, value in ticked.items()}
        return self.post("instead/", row=str(row.pk), **named)


def cells(page: Any, title: str) -> tuple[Any, ...]:
    (row,) = [each for each in page.context["page"].rows if each.title == title]
    return tuple(row.cells)
