"""How one person likes to read: language, size, contrast, light or dark, and single-key shortcuts."""

from django.db import models
from django.db.models import Q

from monitoring.people.models import User


class TextSize(models.TextChoices):
    NORMAL = "normal", "Normal"
    LARGE = "large", "Large"
    LARGEST = "largest", "Largest"


class Contrast(models.TextChoices):
    USUAL = "usual", "Usual"
    MORE = "more", "More"


class Theme(models.TextChoices):
    AUTO = "auto", "As on this device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Preference(models.Model):
    """One person's way of reading; who has no row reads as everybody does who has not chosen."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="preference")
    language = models.CharField(
        max_length=10, blank=True, help_text="code of an offered language; empty: as the browser asks"
    )
    text_size = models.CharField(max_length=10, choices=TextSize, default=TextSize.NORMAL)
    contrast = models.CharField(max_length=10, choices=Contrast, default=Contrast.USUAL)
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.AUTO)
    shortcuts = models.BooleanField(default=True, help_text="whether single keys work the lists of staff")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(text_size__in=TextSize.values), name="preference_text_size_known"),
            models.CheckConstraint(condition=Q(contrast__in=Contrast.values), name="preference_contrast_known"),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="preference_theme_known"),
        ]

    def __str__(self) -> str:
        return f"how {self.user_id} reads"
