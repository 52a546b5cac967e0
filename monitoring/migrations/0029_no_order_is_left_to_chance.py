"""Rows of the same instant come in the same order each time, so that no page shows one twice and another never."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0028_links_asked_for"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="checkin",
            options={"ordering": ["-local_date", "-opens_at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="checkinlink",
            options={"ordering": ["-issued_at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="doseperiod",
            options={"ordering": ["starts_on", "created_at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="dosereport",
            options={"ordering": ["-reported_at", "dose", "id"]},
        ),
        migrations.AlterModelOptions(
            name="educationagreement",
            options={"ordering": ["-signed_at", "-id"]},
        ),
        migrations.AlterModelOptions(
            name="override",
            options={"ordering": ["-at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="symptomreport",
            options={"ordering": ["-submitted_at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="titrationplan",
            options={"ordering": ["-created_at", "-version", "id"]},
        ),
        migrations.AlterModelOptions(
            name="titrationstep",
            options={"ordering": ["number", "id"]},
        ),
    ]
