"""Where a person is signed in, in words by which they know their own devices."""

from datetime import datetime

from django.db import models

from monitoring.fields import OpaqueIdModel
from monitoring.people.models.accounts import User


class SignInMethod(models.TextChoices):
    PASSWORD = "password", "with a password"
    PASSKEY = "passkey", "with a passkey"
    INVITATION = "invitation", "with an invitation"


class OpenSession(OpaqueIdModel):
    """Whose a session is. It goes when its session goes: what was done in it is in the audit log."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    method = models.CharField(max_length=12, choices=SignInMethod)
    browser = models.CharField(max_length=60)
    began_at = models.DateTimeField()

    # Told by the session itself; filled in where these are listed.
    last_used_at: datetime | None = None

    class Meta:
        ordering = ["-began_at", "id"]

    def __str__(self) -> str:
        return f"{self.browser}, since {self.began_at:%Y-%m-%d %H:%M}"
