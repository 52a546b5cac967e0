"""Passkeys: made, named, used and taken away."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.passkeys.models import Passkey
from monitoring.passkeys.queries import passkey_by_id
from monitoring.passkeys.rules import MOST_PASSKEYS, is_copied
from monitoring.passkeys.verification import RefusedError, Site, read_answer, verify_new, verify_use
from monitoring.people.models import User


class SignInRefusedError(Exception):
    """Nobody signs in with this; `email` is whose passkey it was said to be, empty when it is nobody's."""

    def __init__(self, reason: str, email: str = "") -> None:
        self.reason, self.email = reason, email
        super().__init__(reason)


@transaction.atomic
def add_passkey(*, answer: str, challenge: bytes, site: Site, name: str, by: User, now: datetime) -> Passkey:
    """Keep the public half of the passkey that the browser of `by` has just made.

    A ValidationError says that the answer does not hold for this challenge at this site, that the device is known
    already, or that there are too many.
    """
    User.objects.select_for_update().get(pk=by.pk)
    try:
        made = verify_new(answer, challenge=challenge, site=site)
    except RefusedError:
        raise ValidationError(_("This passkey could not be added. Try again.")) from None
    if passkey_by_id(made.credential_id) is not None:
        raise ValidationError(_("This passkey is on your list already."))
    if Passkey.objects.filter(user=by).count() >= MOST_PASSKEYS:
        raise ValidationError(_("You have too many passkeys. Remove one first."))
    passkey = Passkey.objects.create(
        user=by, credential_id=made.credential_id, public_key=made.public_key, sign_count=made.sign_count,
        transports=made.transports, backed_up=made.backed_up, name=name.strip()[:60], created_at=now,
    )  # fmt: skip
    _record("passkey.add", passkey, by=by, now=now)
    return passkey


@transaction.atomic
def rename_passkey(*, passkey: Passkey, name: str, by: User, now: datetime) -> None:
    """Call a passkey by a name that tells its owner which device it is on. The same name changes nothing."""
    name = name.strip()[:60]
    if name and Passkey.objects.filter(pk=passkey.pk, user=by).exclude(name=name).update(name=name) == 1:
        _record("passkey.rename", passkey, by=by, now=now)


@transaction.atomic
def remove_passkey(*, passkey: Passkey, by: User, now: datetime) -> bool:
    """Forget a passkey: from now on it opens nothing. False when it was gone already."""
    deleted, _kinds = Passkey.objects.filter(pk=passkey.pk, user=by).delete()
    if deleted:
        _record("passkey.remove", passkey, by=by, now=now)
    return bool(deleted)


@transaction.atomic
def use_passkey(*, answer: str, challenge: bytes, site: Site, now: datetime) -> User:
    """Who signs in by this answer to this challenge. SignInRefusedError, alike to the outside, for everything else.

    Refused are unknown passkeys, wrong signatures, other sites, users who were not verified, accounts that are
    switched off, and a counter that did not go up: then two devices use one passkey, and neither is believed.
    """
    try:
        said = read_answer(answer)
    except RefusedError as error:
        raise SignInRefusedError(str(error)) from None
    passkey = passkey_by_id(said.credential_id)
    if passkey is None:
        raise SignInRefusedError("unknown passkey")
    user: User = passkey.user
    if not user.is_active:
        raise SignInRefusedError("account switched off", user.email)
    if said.user_handle and not constant_time_compare(said.user_handle, user.pk.bytes):
        raise SignInRefusedError("another person’s passkey", user.email)
    try:
        used = verify_use(answer, challenge=challenge, site=site, public_key=bytes(passkey.public_key))
    except RefusedError as error:
        raise SignInRefusedError(str(error), user.email) from None
    if is_copied(kept=passkey.sign_count, sent=used.sign_count):
        raise SignInRefusedError("counter did not go up", user.email)
    # Two answers at once with one counter: only one of them finds the row as it was read.
    same = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if same.update(sign_count=used.sign_count, backed_up=used.backed_up, last_used_at=now) != 1:
        raise SignInRefusedError("used twice at once", user.email)
    return user


def _record(action: str, passkey: Passkey, *, by: User, now: datetime) -> None:
    record(
        action=action, now=now, by=by, object_type="passkey", object_id=passkey.pk, outcome=Outcome.OK,
        detail={"backed_up": passkey.backed_up},
    )  # fmt: skip
