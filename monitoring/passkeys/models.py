"""The public halves of the keys that people's own devices keep for them."""

from django.db import models

from monitoring.fields import OpaqueIdModel
from monitoring.people.models import User


class Passkey(OpaqueIdModel):
    """One passkey. Nothing in it is secret: with it one can check a signature, not make one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField(max_length=2048, help_text="a COSE key, as the device gave it")
    sign_count = models.PositiveBigIntegerField(help_text="0: this device does not count")
    transports = models.JSONField(default=list, blank=True)
    backed_up = models.BooleanField(help_text="whether it is kept outside the device, too")
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name
