"""How hard a text is to read: words a sentence, and the Flesch-Kincaid grade by counted vowels."""

import re
from html import unescape

BLOCK = re.compile(
    r"</?(?:p|li|h[1-6]|div|section|dt|dd|ul|ol|dl|label|legend|button|td|th|tr|span|form|br)\b[^>]*>", re.IGNORECASE
)

# A text marked for translation is read where it stands; one that gets a name is a heading or label of its own.
TRANSLATED_LATER = re.compile(r'{%\s*translate\s+"([^"]*)"(?=[^%]*\sas\s)[^%]*%}')
TRANSLATED = re.compile(r'{%\s*translate\s+"([^"]*)"[^%]*%}')


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a number counts as a word."""
    parts = re.split(r"[.!?]+(?=\s|$)|\n{2,}|:\s*\n", text)
    found = (re.findall(r"[A-Za-z0-9][A-Za-z0-9’'-]*", part) for part in parts)
    return [words for words in found if words]


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e."""
    word = re.sub(r"[^a-z]", "", word.lower())
    if not word:
        return 1
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith(("le", "ee"))))


def grade(text: str) -> float:
    """The Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    spoken = sentences(text)
    words = [word for sentence in spoken for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(spoken) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def text_of_template(source: str) -> str:
    """What a person would read of a template: each value as one word, each block as its own sentence."""
    source = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*block (?:title|body_class|wrap_class) %}.*?{% endblock[^%]*%}", "", source, flags=re.DOTALL)
    for heading in re.findall(r'(?:heading|text|label)="([^"{]+)"', source):
        source += f"\n\n{heading}"
    source = TRANSLATED_LATER.sub(r"\n\n\1\n\n", source)
    source = TRANSLATED.sub(r"\1", source)
    source = re.sub(r"{%\s*(?:else|elif|plural)[^%]*%}", "\n\n", source)
    source = re.sub(r"{{.*?}}", " x ", source)
    source = re.sub(r"{%.*?%}", " ", source, flags=re.DOTALL)
    return text_of_html(source)


def text_of_html(html: str) -> str:
    """The readable text of a page or fragment."""
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = BLOCK.sub("\n\n", html)
    return unescape(re.sub(r"<[^>]+>", " ", html))


# Barrio-Cantalejo et al., An. Sist. Sanit. Navar. 2008; 31(2): 135-152: the INFLESZ scale over the perspicuity index of
# Szigriszt-Pazos. From 55 on a text is "normal", from 65 on "fairly easy".
WORD_ES = re.compile(r"[0-9A-Za-zÁÉÍÓÚÜÑáéíóúüñ]+")


def spanish_sentences(text: str) -> list[list[str]]:
    """The words of each Spanish sentence."""
    parts = re.split(r"[.!?]+(?=\W|$)|\n{2,}|:\s*\n", text)
    return [words for words in map(WORD_ES.findall, parts) if words]


def spanish_syllables(word: str) -> int:
    """Each strong or accented vowel is a syllable; weak ones are when no strong one stands beside them."""
    groups = re.findall(r"[aeiouáéíóúü]+y?|y$", word.lower())
    return max(1, sum(max(1, len(re.findall("[aeoáéíóú]", group))) for group in groups))


def inflesz(text: str) -> float:
    """206.835 - 62.3 syllables a word - words a sentence: higher is easier."""
    spoken = spanish_sentences(text)
    words = [word for sentence in spoken for word in sentence]
    if not words:
        return 100.0
    return 206.835 - 62.3 * sum(map(spanish_syllables, words)) / len(words) - len(words) / len(spoken)


# Words that stand in the markup of a template itself: given to a tag or a filter, or kept for small screens.
GIVEN = (
    re.compile(r'{%[^%]*?\b(?:heading|text|label|action_label|empty)="([^"]*[A-Za-z]{2}[^"]*)"[^%]*%}'),
    re.compile(r"""{%\s*(?:kind|severity|level)_tag\s+\S+\s+["']([^"']*[A-Za-z]{2}[^"']*)["']"""),
    re.compile(r"""\|(?:default|default_if_none|yesno|join):["']( ?[A-Za-z][A-Za-z ,’]*)["']"""),
    re.compile(r"\|(pluralize)\b"),
)
SHOWN = re.compile(r'\s(?:aria-label|title|alt|placeholder|data-label)="([^"]*[A-Za-z]{2}[^"]*)"')


def unmarked(source: str) -> list[str]:
    """The words of a template that no translation can reach: neither marked, nor a value, nor a name in the markup."""
    source = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*block (?:body_class|wrap_class) %}.*?{% endblock[^%]*%}", "", source, flags=re.DOTALL)
    source = re.sub(r'\saria-(?:current|pressed)="[^"]*"', "", source)
    source = re.sub(r"<kbd>.</kbd>", "", source)  # a key bears its letter in every language
    given = [words for pattern in GIVEN for words in pattern.findall(source)]
    source = re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)
    shown = SHOWN.findall(source)
    source = re.sub(r'\s[a-z-]+="[^"]*"', "", source)
    return [*given, *shown, *re.findall(r"[A-Za-z][A-Za-z’' ,.-]*[A-Za-z]", text_of_html(source))]
