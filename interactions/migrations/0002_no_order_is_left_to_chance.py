"""Clients of one name come in the same order each time."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("interactions", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="cdsclient",
            options={"ordering": ["name", "id"]},
        ),
    ]
