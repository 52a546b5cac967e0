"""Who helps a patient and with whose consent; keys that devices keep; and where a person is signed in."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0023_preferences_and_reviewed_copy"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[("clinician", "Clinician"), ("patient", "Patient"), ("admin", "Admin"), ("carer", "Carer")],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("session_key", models.CharField(max_length=40, unique=True)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("password", "with a password"),
                            ("passkey", "with a passkey"),
                            ("invitation", "with an invitation"),
                        ],
                        max_length=12,
                    ),
                ),
                ("browser", models.CharField(max_length=60)),
                ("began_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-began_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("credential_id", models.BinaryField(max_length=1023, unique=True)),
                ("public_key", models.BinaryField(help_text="a COSE key, as the device gave it", max_length=2048)),
                ("sign_count", models.PositiveBigIntegerField(help_text="0: this device does not count")),
                ("transports", models.JSONField(blank=True, default=list)),
                ("backed_up", models.BooleanField(help_text="whether it is kept outside the device, too")),
                ("name", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passkeys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CarerConsent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "may",
                    models.CharField(
                        choices=[
                            ("see", "sees the plan, the doses and the check-ins"),
                            ("answer", "sees all this, answers check-ins and reports doses"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("here", "by the patient, signed in"),
                            ("in_person", "in person, recorded by staff"),
                            ("paper", "on paper, recorded by staff"),
                        ],
                        max_length=10,
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(help_text="when the carer took it up")),
                (
                    "ends_at",
                    models.DateTimeField(
                        blank=True, help_text="when it runs out by itself; NULL: it does not", null=True
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200)),
                (
                    "carer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carer_consents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carer_consents",
                        to="monitoring.patient",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-given_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("patient", "carer"),
                        name="carer_consent_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="carer_consent_withdrawn_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True), ("ends_at__gt", models.F("given_at")), _connector="OR"
                        ),
                        name="carer_consent_ends_after_it_was_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CarerInvitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("email", models.EmailField(max_length=254)),
                (
                    "may",
                    models.CharField(
                        choices=[
                            ("see", "sees the plan, the doses and the check-ins"),
                            ("answer", "sees all this, answers check-ins and reports doses"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("here", "by the patient, signed in"),
                            ("in_person", "in person, recorded by staff"),
                            ("paper", "on paper, recorded by staff"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "ends_at",
                    models.DateTimeField(
                        blank=True, help_text="when the consent runs out; NULL: it does not", null=True
                    ),
                ),
                (
                    "token_digest",
                    models.CharField(help_text="SHA-256 of the link's 32 random bytes", max_length=64, unique=True),
                ),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "wrong_tries",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="addresses typed that were not the invited one"
                    ),
                ),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carer_invitations",
                        to="monitoring.patient",
                    ),
                ),
            ],
            options={
                "ordering": ["-invited_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"),
                        name="carer_invitation_one_end",
                    )
                ],
            },
        ),
    ]
