"""What was read, agreed to and noted of a patient can be added and read; the database refuses the rest."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from monitoring.migrations._append_only import append_only

# Each table with the ways in which INSERT OR REPLACE would find a row to replace.
TABLES = {
    "monitoring_cardread": (
        "id = NEW.id",
        "patient_id = NEW.patient_id AND card = NEW.card AND version = NEW.version",
    ),
    "monitoring_teachbackanswer": (
        "id = NEW.id",
        "patient_id = NEW.patient_id AND question = NEW.question AND version = NEW.version",
    ),
    "monitoring_educationagreement": (
        "id = NEW.id",
        "patient_id = NEW.patient_id AND content_hash = NEW.content_hash",
    ),
    "monitoring_note": (
        "id = NEW.id",
        "patient_id = NEW.patient_id AND submission_key = NEW.submission_key",
        "amends_id = NEW.amends_id",
    ),
}
REFUSAL = "what was signed or written is append-only"


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0019_dose_reports_and_calendar_feeds"),
    ]

    operations = [
        migrations.CreateModel(
            name="CardRead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("card", models.CharField(max_length=40)),
                (
                    "version",
                    models.CharField(help_text="the edition in which this card's text last changed", max_length=20),
                ),
                ("read_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cards_read", to="monitoring.patient"
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("patient", "card", "version"), name="card_read_once")],
            },
        ),
        migrations.CreateModel(
            name="EducationAgreement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.CharField(max_length=20)),
                ("content_hash", models.CharField(max_length=64)),
                ("language", models.CharField(help_text="the language the signed page was shown in", max_length=20)),
                ("answers", models.JSONField(help_text="each question with the answer that was given")),
                (
                    "signer",
                    models.CharField(
                        choices=[
                            ("patient", "the patient"),
                            ("carer", "a carer for the patient"),
                            ("read_out", "staff, who read it out to the patient"),
                        ],
                        max_length=10,
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="education_agreements",
                        to="monitoring.patient",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-signed_at"],
                "indexes": [models.Index(fields=["patient", "-signed_at"], name="agreement_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "content_hash"), name="agreement_once"),
                    models.CheckConstraint(
                        condition=models.Q(("content_hash", ""), _negated=True), name="agreement_names_its_text"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("written_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "Note"),
                            ("call", "Phone call"),
                            ("visit", "Visit"),
                            ("handover", "For whoever is next"),
                        ],
                        default="note",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(max_length=2000)),
                ("submission_key", models.UUIDField(help_text="of the form, so that a double tap writes one note")),
                (
                    "amends",
                    models.OneToOneField(
                        blank=True,
                        help_text="the note that this one corrects; each is corrected once, and then its correction",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="monitoring.note",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes_written",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="monitoring.patient"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-written_at"], name="note_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "submission_key"), name="note_submission_once"),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="note_says_something"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amends__isnull", True),
                            models.Q(("amends", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="note_amends_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeachBackAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=40)),
                (
                    "version",
                    models.CharField(help_text="the edition in which this question last changed", max_length=20),
                ),
                ("answer", models.CharField(max_length=40)),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teach_back_answers",
                        to="monitoring.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "question", "version"), name="teach_back_once")
                ],
            },
        ),
        append_only(TABLES, function="monitoring_refuse_record_change", refusal=REFUSAL),
    ]
