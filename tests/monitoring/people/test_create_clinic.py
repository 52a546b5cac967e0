from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from monitoring.people.models import Clinic, User

pytestmark = pytest.mark.django_db
ARGUMENTS = {
    "time_zone": "Europe/London",
    "phone": "020 7946 0100",
    "admin_name": "Ada",
    "admin_email": "ada@c.example",
}


def test_the_first_admin_gets_a_password_that_must_be_changed() -> None:
    out = StringIO()
    call_command("create_clinic", "Harbour", **ARGUMENTS, stdout=out)
    admin = User.objects.get()
    assert admin.is_admin
    assert admin.must_change_password
    assert admin.check_password(out.getvalue().split()[-1])


@pytest.mark.parametrize(("argument", "wrong"), [("time_zone", "Mars"), ("admin_email", "x"), ("phone", "")])
def test_what_is_wrong_is_named_and_nothing_is_kept(argument: str, wrong: str) -> None:
    with pytest.raises(CommandError, match=argument.removeprefix("admin_")):
        call_command("create_clinic", "Harbour", **{**ARGUMENTS, argument: wrong})
    assert not Clinic.objects.exists()
