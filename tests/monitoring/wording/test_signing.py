"""A clinician signs a translation; until then, and from the next changed word on, its clinical copy is English."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.db import DatabaseError
from django.test import Client

from monitoring.audit.models import AuditEvent
from monitoring.people.models import User
from monitoring.preferences.actions import change_preference
from monitoring.wording.actions import OtherWordsError, sign_wording
from monitoring.wording.models import CopyReview, SignedError
from monitoring.wording.queries import digest_in_force, reviewed_for, speaking_to

pytestmark = pytest.mark.django_db
HELP = "/help/emergency/"
SPANISH = {"headers": {"accept-language": "es-MX,es;q=0.9"}}
NOTICE = "aún no ha revisado la traducción"


def sign(by: User, now: datetime) -> CopyReview:
    return sign_wording(language="es", digest=digest_in_force("es"), by=by, now=now)


def page(client: Client, path: str = HELP, **more: Any) -> str:
    return client.get(path, **more).content.decode()


@pytest.fixture
def own_catalogue(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A catalogue of this test's own, which it may change."""
    from monitoring.wording import queries

    settings.LOCALE_PATHS = [tmp_path]
    queries._texts.cache_clear()
    path = tmp_path / "es" / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    yield path
    queries._texts.cache_clear()


def write(path: Path, **texts: str) -> None:
    catalogue = Catalog(locale="es")
    for english, spanish in texts.items():
        catalogue.add(english, spanish, context="clinical")
    out = BytesIO()
    write_mo(out, catalogue)
    path.write_bytes(out.getvalue())


def test_whoever_signs_is_kept_with_every_word(clinician: User, now: datetime) -> None:
    review = sign(clinician, now)
    assert review.texts["Call your clinic today"] == "Llame a su clínica hoy"
    event = AuditEvent.objects.get(action="wording.sign")
    assert event.detail["digest"] == review.digest
    assert sign(clinician, now) == review  # a second tap signs nothing new
    assert CopyReview.objects.count() == 1


def test_only_what_was_shown_can_be_signed(clinician: User, now: datetime) -> None:
    with pytest.raises(OtherWordsError):
        sign_wording(language="es", digest="0" * 64, by=clinician, now=now)
    with pytest.raises(OtherWordsError):
        sign_wording(language="fr", digest=digest_in_force("fr"), by=clinician, now=now)
    assert not CopyReview.objects.exists()


def test_a_signature_is_never_changed(clinician: User, now: datetime) -> None:
    review = sign(clinician, now)
    for change in (review.save, review.delete, CopyReview.objects.all().delete):
        with pytest.raises(SignedError):
            change()
    with pytest.raises(SignedError):
        CopyReview.objects.update(note="x")
    with pytest.raises(DatabaseError, match="append-only"):
        CopyReview.objects.model._base_manager.filter(pk=review.pk).update(note="x")


def test_a_clinic_reads_what_its_own_people_checked(clinician: User, other_admin: User, now: datetime) -> None:
    sign(clinician, now)
    assert reviewed_for("es", clinician.clinic) == {"es"}
    assert reviewed_for("es", other_admin.clinic) == frozenset()
    assert reviewed_for("es", None) == {"es"}  # somebody who is not signed in: any clinic's word


def test_one_changed_word_is_english_again(own_catalogue: Path, clinician: User, now: datetime) -> None:
    write(own_catalogue, Danger="Peligro", Dose="Dosis")
    sign(clinician, now)
    assert reviewed_for("es", clinician.clinic) == {"es"}
    write(own_catalogue, Danger="Peligros", Dose="Dosis", Sleepy="Sueño")
    assert reviewed_for("es", clinician.clinic) == frozenset()


def without_choices(shown: str) -> str:
    """The page less the links to it in another language, each of which stands in its own; as long as before."""
    return re.sub(r'<a [^>]*hreflang="\w+">[^<]*</a>', lambda link: " " * len(link[0]), shown)


def test_the_emergency_page_before_a_review_is_english_with_the_number_in_spanish_above(client: Client) -> None:
    shown = page(client, **SPANISH)
    assert '<html lang="es"' in shown
    assert NOTICE in shown
    assert shown.index("En una emergencia, llame al 999") < without_choices(shown).index('lang="en"')
    assert "Pedir ayuda ya" in shown  # the frame is in the reader's language all the same


def test_the_emergency_page_after_a_review_is_spanish(client: Client, clinician: User, now: datetime) -> None:
    sign(clinician, now)
    shown = page(client, **SPANISH)
    assert NOTICE not in shown
    assert 'lang="en"' not in without_choices(shown)
    assert "Llame" in shown


def test_without_a_database_nobody_can_tell_so_it_is_english(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("monitoring.wording.queries.reviewed_for", broken)
    assert NOTICE in page(client, **SPANISH)


def test_the_page_shows_what_changed_and_takes_a_signature(
    client: Client, own_catalogue: Path, clinician: User, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    write(own_catalogue, Danger="Peligro", Gone="Ido")
    sign(clinician, now)
    write(own_catalogue, Danger="Riesgo", Fresh="Nuevo")
    client.force_login(clinician)
    shown = page(client, "/wording/es/")
    assert "3 texts changed" in shown
    for text in ("Peligro", "Riesgo", "new text", "not used any more"):
        assert text in shown
    assert "Not checked" in page(client, "/wording/")
    unread = client.post("/wording/es/", {"digest": digest_in_force("es")})
    assert unread.status_code == 422
    stale = client.post("/wording/es/", {"digest": "0" * 64, "reads": "on"})
    assert (stale.status_code, CopyReview.objects.count()) == (409, 1)
    time_machine.move_to(now + timedelta(minutes=5), tick=False)
    signed = client.post("/wording/es/", {"digest": digest_in_force("es"), "reads": "on", "note": "Read aloud."})
    assert signed.status_code == 302
    assert "Read aloud." in page(client, "/wording/es/")
    assert "Checked" in page(client, "/wording/")
    assert client.get("/wording/en/").status_code == client.get("/wording/xx/").status_code == 404


def test_what_is_sent_is_in_the_readers_language(patient_user: User, clinician: User, now: datetime) -> None:
    from monitoring import languages

    with speaking_to(patient_user):
        assert languages.current() == "en"
    change_preference(by=patient_user, now=now, language="es")
    with speaking_to(patient_user):
        assert (languages.current(), languages.clinical_language()) == ("es", "en")
    sign(clinician, now)
    with speaking_to(patient_user):
        assert languages.clinical_language() == "es"
    change_preference(by=clinician, now=now, language="es")
    with speaking_to(clinician):
        assert languages.current() == "en"  # the pages of staff are in English only
