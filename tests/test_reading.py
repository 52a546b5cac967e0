"""The counter that keeps patient text plain must itself be right."""

from tests.reading import grade, inflesz, sentences, spanish_syllables, syllables, text_of_template


def test_syllables_are_groups_of_vowels_less_a_silent_e() -> None:
    assert [syllables(word) for word in ("call", "nurse", "table", "baclofen", "medicine", "999")] == [1, 1, 2, 3, 3, 1]


def test_plain_text_is_graded_low_and_leaflet_text_high() -> None:
    assert grade("Call your clinic. Do not drive.") < 3
    assert grade("Concomitant administration may potentiate depressant effects on respiration.") > 12


def test_each_block_of_a_template_is_its_own_sentence_and_a_value_is_one_word() -> None:
    text = text_of_template("{% load evenkeel %}<ul><li>Take {{ dose }} now</li><li>Stand up</li></ul>{# no #}")
    assert [len(words) for words in sentences(text)] == [3, 2]


def test_a_text_marked_for_translation_is_read_where_it_stands() -> None:
    source = (
        '{% translate "Back" as label %}<p>{% translate "Call your clinic." context "clinical" %} '
        "{% blocktranslate %}Today{% endblocktranslate %}</p>"
    )
    assert [len(words) for words in sentences(text_of_template(source))] == [1, 3, 1]


def test_spanish_syllables_are_strong_vowels_and_lone_weak_ones() -> None:
    words = (
        "medicina",
        "clínica",
        "llame",
        "día",
        "tiene",
        "baclofeno",
        "usted",
        "hoy",
        "que",
        "oído",
        "cuidarse",
        "9",
    )
    assert [spanish_syllables(word) for word in words] == [4, 3, 2, 2, 2, 4, 2, 1, 1, 3, 3, 1]


def test_plain_spanish_is_easy_and_leaflet_spanish_is_hard() -> None:
    assert inflesz("Llame a su clínica. No maneje.") > 65
    assert inflesz("La administración concomitante puede potenciar los efectos depresores respiratorios.") < 40
