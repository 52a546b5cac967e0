"""Opens a clinic with its first admin, who then invites everybody else. Prints a one-time password once."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from monitoring.people.actions import create_clinic, create_user, new_one_time_password
from monitoring.people.models import Role

JOB = "create_clinic"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the clinic's name")
        parser.add_argument(
            "--time-zone", default=settings.TIME_ZONE, help="like Europe/London (default: TIME_ZONE, %(default)s)"
        )
        parser.add_argument("--phone", required=True, help="the number a patient calls")
        parser.add_argument("--admin-name", required=True)
        parser.add_argument("--admin-email", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        now, password = timezone.now(), new_one_time_password()
        try:
            with transaction.atomic():
                clinic = create_clinic(
                    name=options["name"], time_zone=options["time_zone"], phone=options["phone"], job=JOB, now=now
                )
                admin = create_user(
                    clinic=clinic,
                    email=options["admin_email"],
                    name=options["admin_name"],
                    role=Role.ADMIN,
                    password=password,
                    must_change_password=True,
                    job=JOB,
                    now=now,
                )
        except ValidationError as error:
            faults = (f"{field}: {' '.join(said)}" for field, said in error.message_dict.items())
            raise CommandError("; ".join(faults)) from None
        self.stdout.write(f"{clinic.name} is open. {admin.email} signs in once with: {password}")
