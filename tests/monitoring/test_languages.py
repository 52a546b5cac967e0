"""Clinical copy is shown in another language only where it was reviewed; everything else follows the reader."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

from monitoring import languages
from monitoring.templatetags.reading import BLOCK_LEVEL

CALL = '{% translate "Call your clinic today" context "clinical" %}'
PAGE = f"{{% load evenkeel i18n %}}{{% clinical %}}{CALL}{{% endclinical %}} {{% translate 'Settings' %}}"


def shown(source: str = PAGE) -> str:
    return Template(source).render(Context())


def test_english_needs_no_review_and_no_wrapping() -> None:
    with languages.speaking("en"):
        assert shown() == "Call your clinic today Settings"
        assert not languages.fell_back()


def test_a_reviewed_language_is_read_whole() -> None:
    with languages.speaking("es", reviewed={"es"}):
        assert shown() == "Llame a su clínica hoy Ajustes"
        assert not languages.fell_back()


def test_clinical_copy_that_nobody_checked_is_english_and_says_so() -> None:
    with languages.speaking("es"):
        assert shown() == '<span lang="en" dir="ltr">Call your clinic today</span> Ajustes'
        assert languages.fell_back()
    assert not languages.fell_back()


def test_a_whole_part_is_wrapped_as_a_block_and_its_days_are_english_too() -> None:
    source = "{% load evenkeel %}{% clinical %}<p>{% day day %}</p>{% endclinical %}{% day day %}"
    from datetime import date

    with languages.speaking("es"):
        page = Template(source).render(Context({"day": date(2026, 5, 1)}))
    assert page.startswith('<div class="stack" lang="en" dir="ltr"><p><time')
    assert "1\u00a0May\u00a02026" in page
    assert page.endswith("1\u00a0de\u00a0mayo de\u00a02026</time>")


def test_the_notice_stands_above_only_what_fell_back() -> None:
    source = f"{{% load evenkeel i18n %}}{{% noticed %}}{{% clinical %}}{CALL}{{% endclinical %}}{{% endnoticed %}}"
    with languages.speaking("es"):
        page = shown(source)
        assert page.index("aún no ha revisado la traducción") < page.index("Call your clinic today")
    with languages.speaking("es", reviewed={"es"}):
        assert shown(source) == "Llame a su clínica hoy"


def test_one_reader_leaves_nothing_to_the_next() -> None:
    with languages.speaking("es", reviewed={"es"}):
        pass
    assert (languages.current(), languages.clinical_language()) == ("en", "en")


def test_spanish_without_a_word_on_reviews_is_taken_for_unchecked() -> None:
    from django.utils import translation

    with translation.override("es"):
        assert languages.clinical_language() == "en"


@pytest.mark.parametrize("tag", ["clinical", "noticed"])
def test_the_tags_take_nothing(tag: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="takes nothing"):
        Template(f"{{% load evenkeel %}}{{% {tag} now %}}{{% end{tag} %}}")


@pytest.mark.parametrize(("inside", "is_block"), [("<p>", True), ("<b>no</b>", False), ("<pre-x>", False)])
def test_what_is_a_block(inside: str, is_block: bool) -> None:
    assert bool(BLOCK_LEVEL.search(inside)) is is_block


@pytest.mark.parametrize(("language", "text"), [("en", "Emergency"), ("es", "Emergencia")])
def test_a_level_is_said_in_the_language_for_clinical_copy(language: str, text: str) -> None:
    with languages.speaking(language, reviewed={"es"}):
        assert text in shown("{% load evenkeel %}{% level_tag 4 %}")


def test_numbers_are_written_alike_in_every_language() -> None:
    from decimal import Decimal

    for language in ("en", "es"):
        with languages.speaking(language):
            page = Template("{% load evenkeel %}{{ n }} {{ n|dose }} {{ big }}").render(
                Context({"n": Decimal("12.5"), "big": 12500})
            )
        assert page == "12.5 12.5\u00a0mg 12500"
