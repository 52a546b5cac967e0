"""What people type about how they want to be reached."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from monitoring.notifications.models import Channel
from monitoring.notifications.rules import WrongNumberError, is_subscription_key, push_service_of, read_number

# What people call the channels on their own page.
WORDS = {
    Channel.EMAIL: _("E-mail"),
    Channel.WEB_PUSH: _("A note in your browser"),
    Channel.SMS: _("A text message"),
}
PUBLIC_KEY_BYTES, SECRET_BYTES = 65, 16  # RFC 8291, 3.1 and 3.2


class NumberForm(forms.Form):
    """A mobile number that is to be confirmed."""

    number = forms.CharField(
        label=_("Your mobile number"),
        max_length=30,
        help_text=_("We send a code to it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_number(self) -> str:
        """The number as gateways want it."""
        try:
            return read_number(self.cleaned_data["number"], dialling_code=settings.SMS_DIALLING_CODE)
        except WrongNumberError as problem:
            raise forms.ValidationError(gettext(str(problem))) from None


class CodeForm(forms.Form):
    """The code that was sent to a number."""

    code = forms.CharField(
        label=_("The code we sent"),
        max_length=12,
        help_text=_("It has 6 figures."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """The six figures, however they were spaced."""
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError(_("Type the 6 figures of the code."))
        return code


class BrowserForm(forms.Form):
    """What a browser says of where it listens; filled in by its own script, never by hand."""

    endpoint = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=100, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean_endpoint(self) -> str:
        """An address of a push service that we may call."""
        endpoint: str = self.cleaned_data["endpoint"]
        if push_service_of(endpoint, settings.PUSH_SERVICES) is None:
            raise forms.ValidationError(_("We cannot send to this browser."))
        return endpoint

    def clean(self) -> dict[str, Any]:
        """Keys of the right kind, or nothing could ever be read there."""
        data = super().clean() or {}
        key, secret = data.get("p256dh", ""), data.get("auth", "")
        fits = is_subscription_key(key, length=PUBLIC_KEY_BYTES) and is_subscription_key(secret, length=SECRET_BYTES)
        if not fits and not self.errors:
            raise forms.ValidationError(_("We cannot send to this browser."))
        return {**data, "keys": {"p256dh": key, "auth": secret}}


class FirstForm(forms.Form):
    """Which channel is tried first."""

    first = forms.ChoiceField(label=_("What should we try first?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: tuple[Channel, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = channels
        field = self.fields["first"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - what it was declared as above
        field.choices = [(channel.value, WORDS[channel]) for channel in channels]

    def order(self) -> list[Channel]:
        """The chosen channel, then the others as they were."""
        first = Channel(self.cleaned_data["first"])
        return [first, *(channel for channel in self.channels if channel != first)]
