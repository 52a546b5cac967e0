"""A check-in that a phone kept while it had no network: how it came, and what the phone's own clock said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0021_kept_filters_and_recent_patients"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="symptomreport",
            name="report_entered_by_phone",
        ),
        migrations.AddField(
            model_name="symptomreport",
            name="phone_said",
            field=models.DateTimeField(
                blank=True, help_text="by the clock of the phone, which may be wrong", null=True
            ),
        ),
        migrations.AlterField(
            model_name="symptomreport",
            name="channel",
            field=models.CharField(
                choices=[
                    ("app", "in the app"),
                    ("phone", "by phone"),
                    ("kept", "in the app, without a network"),
                ],
                db_default="app",
                default="app",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="symptomreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel__in", ["phone", "kept"]), ("entered_at__isnull", False)),
                    models.Q(
                        models.Q(("channel__in", ["phone", "kept"]), _negated=True),
                        ("entered_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="report_entered_by_phone",
            ),
        ),
    ]
