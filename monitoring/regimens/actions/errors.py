"""Why a verb was refused, in words a page or the API can show beside the field at fault."""

from django.utils.translation import pgettext


class RegimenError(Exception):
    """Refused: `field` names the input at fault ("" for the whole), `message` says what to do."""

    def __init__(self, message: str, *, field: str = "", code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class RegimenConflict(RegimenError):  # noqa: N818 - named for what happened
    """Somebody changed what the page showed; nothing was done."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="conflict")


class NeedsConfirmation(RegimenError):  # noqa: N818 - named for what happened
    """The name was read through a spelling mistake; a person must say that this is the medicine."""

    def __init__(self, ingredients: tuple[str, ...]) -> None:
        super().__init__(
            pgettext("staff", "Did you mean %(names)s? Confirm the medicine.") % {"names": " + ".join(ingredients)},
            field="confirmed_ingredients",
            code="needs_confirmation",
        )
        self.ingredients = ingredients


class NeedsManualCheck(RegimenError):  # noqa: N818 - named for what happened
    """The interaction check has no answer, so a person must check and say how."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="manual_check_reason", code="needs_manual_check")


class NeedsTaper(RegimenError):  # noqa: N818 - named for what happened
    """Baclofen after weeks of use would end or fall abruptly: plan a taper, or say why not."""

    def __init__(self) -> None:
        super().__init__(
            pgettext(
                "staff",
                "Stopping or cutting baclofen quickly after weeks of use can cause withdrawal. "
                "Plan a taper, or give the reason for going without one.",
            ),
            field="without_taper_reason",
            code="needs_taper",
        )
