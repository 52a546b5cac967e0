"""The pages of one patient's record, and which of them a page is reached from."""

from typing import Any, Final

from django.template import Context
from django.utils.translation import pgettext_lazy

RECORD: Final[tuple[tuple[Any, str, tuple[str, ...]], ...]] = (
    (pgettext_lazy("staff", "Overview"), "", ()),
    (
        pgettext_lazy("staff", "Medicines"),
        "medications/",
        ("flags/", "context/", "supplies/", "doses/", "calendar/", "/overrides/"),
    ),
    (pgettext_lazy("staff", "Plans"), "plans/", ()),
    (pgettext_lazy("staff", "Check-ins"), "check-ins/", ()),
    (pgettext_lazy("staff", "Notes"), "notes/", ()),
    (pgettext_lazy("staff", "Education"), "education/", ()),
    (pgettext_lazy("staff", "Care team"), "team/", ("invite/", "carers/", "sign-in/")),
    (pgettext_lazy("staff", "Who opened it"), "access/", ()),
)


def record_nav(context: Context, patient: Any) -> dict[str, object]:
    """The links of a record; the page being read is marked, or the one it is reached from."""
    path = context["site"].path if "site" in context else ""
    root = f"/patients/{patient.pk}/"
    return {"items": [_item(path, root, *page) for page in RECORD]}


def _item(path: str, root: str, label: Any, part: str, beneath: tuple[str, ...]) -> dict[str, object]:
    roots = tuple(each if each.startswith("/") else root + each for each in (part, *beneath) if each)
    here = path == root + part
    return {"label": label, "url": root + part, "here": here, "current": here or path.startswith(roots)}
