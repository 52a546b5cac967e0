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
