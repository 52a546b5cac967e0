import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0011_several_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("noted_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handed_over_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when, after it began, the alerts that waited for the absent were passed on",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AlertDigest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "count",
                    models.PositiveIntegerField(
                        blank=True, help_text="how many alerts waited when it was settled", null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EscalationPolicy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Info"), (2, "Check"), (3, "Urgent"), (4, "Emergency")]
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(help_text="1 is the clinic’s first; 0 means the built-in policy"),
                ),
                (
                    "rungs",
                    models.JSONField(
                        help_text="for each rung whom it reaches, the people it names, and the minutes it waits"
                    ),
                ),
                (
                    "take_minutes",
                    models.PositiveIntegerField(help_text="after how long a taken alert that is not closed comes back"),
                ),
                (
                    "snooze_minutes",
                    models.PositiveIntegerField(blank=True, help_text="empty: it cannot be snoozed", null=True),
                ),
                ("in_force_from", models.DateTimeField()),
                ("reason", models.CharField(max_length=500)),
            ],
            options={
                "ordering": ["clinic", "level", "-number"],
            },
        ),
        migrations.AddField(
            model_name="alert",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                help_text="the closed alert that this one brings back",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="monitoring.alert",
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="policy_number",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="version of the clinic’s policy it was last told under; 0 is the built-in one",
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="emergency_contact",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="whom staff ring when nobody answers an alert; never shown to patients",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="handed_over_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when their alerts were passed on after the account was switched off; "
                "empty: still to be done",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="alertevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("raised", "Raised"),
                    ("reported", "Reported again"),
                    ("lifted", "Made worse by a new report"),
                    ("escalated", "Passed on: no answer"),
                    ("taken", "Taken"),
                    ("take_timed_out", "Came back: taken but not closed in time"),
                    ("released", "Given back"),
                    ("snoozed", "Snoozed"),
                    ("woke", "Came back from snooze"),
                    ("closed", "Closed"),
                    ("came_back", "Came back: reported again after it was closed"),
                    ("handed_on", "Passed on at once: nobody who was told can answer"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("handed_over_at__isnull", True), ("is_active", False)),
                fields=["id"],
                name="user_to_hand_over",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="cover",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="covers", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="noted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="absences", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="alertdigest",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="escalationpolicy",
            name="clinic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="escalation_policies", to="monitoring.clinic"
            ),
        ),
        migrations.AddField(
            model_name="escalationpolicy",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["user", "ends_at"], name="absence_of"),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("handed_over_at__isnull", True)),
                fields=["starts_at"],
                name="absence_to_hand_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="absence_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("cover", models.F("user")), _negated=True), name="absence_is_covered_by_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False)),
                    models.Q(("cancelled_at__isnull", True), ("cancelled_by__isnull", True)),
                    _connector="OR",
                ),
                name="absence_cancelled_pair",
            ),
        ),
        migrations.AddIndex(
            model_name="alertdigest",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)), fields=["due_at"], name="alert_digest_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="alertdigest",
            constraint=models.UniqueConstraint(fields=("recipient", "due_at"), name="alert_digest_once"),
        ),
        migrations.AddConstraint(
            model_name="alertdigest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("count__isnull", False), ("settled_at__isnull", False)),
                    models.Q(("count__isnull", True), ("settled_at__isnull", True)),
                    _connector="OR",
                ),
                name="alert_digest_settled_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationpolicy",
            constraint=models.UniqueConstraint(fields=("clinic", "level", "number"), name="escalation_policy_version"),
        ),
        migrations.AddConstraint(
            model_name="escalationpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="escalation_policy_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("snooze_minutes__isnull", True), models.Q(("level", 4), _negated=True), _connector="OR"
                ),
                name="escalation_policy_emergency_never_snoozed",
            ),
        ),
    ]
