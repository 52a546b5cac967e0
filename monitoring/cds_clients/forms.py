"""What an admin enters about a hospital's system."""

import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from interactions.cds_hooks.door.clients import ClientFaultError, PrivateKeyError, read_address, read_jwks, read_origins
from interactions.cds_hooks.models import CdsClient

T = TypeVar("T")


class ClientForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("staff", "Name"),
        max_length=80,
        help_text=pgettext_lazy("staff", "What you call it, like “St Elsewhere EHR”."),
    )
    issuer = forms.CharField(
        label=pgettext_lazy("staff", "Issuer"),
        max_length=200,
        help_text=pgettext_lazy("staff", "The iss of its tokens, to the letter, like https://ehr.hospital.example."),
    )
    must_sign = forms.BooleanField(
        label=pgettext_lazy("staff", "Every call must be signed"),
        required=False,
        initial=True,
        help_text=pgettext_lazy(
            "staff", "Switch this off for a test client only: whoever reaches this server may then ask."
        ),
    )
    jwks = forms.CharField(
        label=pgettext_lazy("staff", "Public keys"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=pgettext_lazy(
            "staff",
            "Its JWK set: EC keys on P-384 (ES384), or RSA keys of 2048 bits or more (RS384). Keys are not "
            "fetched from anywhere: paste the new set when they change. Never paste a private key.",
        ),
    )
    jku = forms.CharField(
        label=pgettext_lazy("staff", "Address of its keys (jku)"),
        max_length=300,
        required=False,
        help_text=pgettext_lazy("staff", "A token that names another is refused. Nothing is fetched from here."),
    )
    origins = forms.CharField(
        label=pgettext_lazy("staff", "Web origins"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=pgettext_lazy(
            "staff", "For a client that runs in a browser: one on each line, like https://ehr.hospital.example."
        ),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_issuer(self) -> str:
        return self._read("issuer", lambda text: read_address(text, what="The issuer"))

    def clean_jku(self) -> str:
        return self._read("jku", lambda text: read_address(text, what="The address") if text else "")

    def clean_origins(self) -> list[str]:
        return self._read("origins", read_origins)

    def clean_jwks(self) -> dict[str, Any]:
        try:
            return self._read("jwks", read_jwks)
        except ValidationError as error:
            if isinstance(error.__cause__, PrivateKeyError):
                # The page that tells of it must not carry it on.
                scrubbed = cast("QueryDict", self.data).copy()
                scrubbed[self.add_prefix("jwks")] = ""
                self.data = scrubbed
            raise

    def _read(self, name: str, reader: Callable[[str], T]) -> T:
        try:
            return reader(self.cleaned_data[name])
        except ClientFaultError as error:
            raise ValidationError(str(error)) from error

    def facts(self) -> dict[str, Any]:
        """The arguments of `add_client` that were typed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def as_typed(client: CdsClient) -> dict[str, Any]:
    """What a form for a change starts with."""
    return {
        "name": client.name, "issuer": client.issuer, "must_sign": client.must_sign, "jku": client.jku,
        "jwks": json.dumps(client.jwks, indent=2) if client.jwks else "", "origins": "\n".join(client.origins),
        "seen": client.changed_at.isoformat(),
    }  # fmt: skip
