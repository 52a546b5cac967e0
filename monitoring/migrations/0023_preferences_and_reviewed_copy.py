"""How a person reads, and who checked a translation; a signed check can be added and read, nothing else."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from monitoring.migrations._append_only import append_only

# Each table with the ways in which INSERT OR REPLACE would find a row to replace.
TABLES = {
    "monitoring_copyreview": (
        "id = NEW.id",
        (
            "clinic_id = NEW.clinic_id AND language = NEW.language AND digest = NEW.digest "
            "AND reviewed_by_id = NEW.reviewed_by_id"
        ),
    ),
}
REFUSAL = "what was checked and signed is append-only"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0022_kept_on_the_phone")]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="preference",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True, help_text="code of an offered language; empty: as the browser asks", max_length=10
                    ),
                ),
                (
                    "text_size",
                    models.CharField(
                        choices=[("normal", "Normal"), ("large", "Large"), ("largest", "Largest")],
                        default="normal",
                        max_length=10,
                    ),
                ),
                (
                    "contrast",
                    models.CharField(choices=[("usual", "Usual"), ("more", "More")], default="usual", max_length=10),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[("auto", "As on this device"), ("light", "Light"), ("dark", "Dark")],
                        default="auto",
                        max_length=10,
                    ),
                ),
                (
                    "shortcuts",
                    models.BooleanField(default=True, help_text="whether single keys work the lists of staff"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text_size__in", ["normal", "large", "largest"])),
                        name="preference_text_size_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contrast__in", ["usual", "more"])), name="preference_contrast_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["auto", "light", "dark"])), name="preference_theme_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CopyReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "language",
                    models.CharField(help_text="code of the translation's language, such as es", max_length=10),
                ),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 over every English text with its translation", max_length=64),
                ),
                ("texts", models.JSONField(help_text="what was read: each English text with its translation")),
                ("reviewed_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copy_reviews", to="monitoring.clinic"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-reviewed_at", "id"],
                "indexes": [models.Index(fields=["digest", "language"], name="copy_review_of_digest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic", "language", "digest", "reviewed_by"), name="copy_review_once_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest", ""), _negated=True), models.Q(("language", ""), _negated=True)
                        ),
                        name="copy_review_names_its_text",
                    ),
                ],
            },
        ),
        append_only(TABLES, function="monitoring_refuse_wording_change", refusal=REFUSAL),
    ]
