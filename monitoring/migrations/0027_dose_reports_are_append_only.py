"""What a patient said of a dose can be added and read; the database refuses the rest."""

from django.db import migrations

from monitoring.migrations._append_only import append_only

# With the ways in which INSERT OR REPLACE would find a row to replace.
TABLES = {
    "monitoring_dosereport": (
        "id = NEW.id",
        "patient_id = NEW.patient_id AND submission_key = NEW.submission_key AND dose = NEW.dose",
    ),
}
REFUSAL = "what was said of a dose is append-only"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0026_opening_hours_and_stopped")]

    operations = [append_only(TABLES, function="monitoring_refuse_report_change", refusal=REFUSAL)]
