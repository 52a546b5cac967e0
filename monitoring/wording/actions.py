"""A clinician's word that a translation says what the English says."""

from datetime import datetime

from django.db import transaction

from monitoring.audit.record import record
from monitoring.people.models import Clinic, User
from monitoring.wording.models import CopyReview
from monitoring.wording.queries import texts_of
from monitoring.wording.rules import digest_of


class OtherWordsError(Exception):
    """The words changed while they were read: what would be signed is not what was shown."""


@transaction.atomic
def sign_wording(*, language: str, digest: str, by: User, now: datetime, note: str = "") -> CopyReview:
    """Keep that `by` has read the clinical copy with this digest and that it says the same as the English.

    From then on the patients of the clinic read it in `language`, until any of it changes. OtherWordsError when the
    digest is not, or no longer, that of the words in force. Signing the same words again keeps the first signature.
    """
    texts = texts_of(language)
    if not texts or digest_of(texts) != digest:
        raise OtherWordsError
    Clinic.objects.select_for_update().get(pk=by.clinic_id)
    known = CopyReview.objects.of(digest, language).filter(clinic=by.clinic_id, reviewed_by=by).first()
    if known is not None:
        return known
    review = CopyReview.objects.create(
        clinic_id=by.clinic_id, language=language, digest=digest, texts=texts, reviewed_by=by, reviewed_at=now,
        note=note,
    )  # fmt: skip
    record(
        action="wording.sign", by=by, now=now, object_type="copy_review", object_id=review.pk,
        detail={"language": language, "digest": digest, "texts": len(texts)},
    )  # fmt: skip
    return review
