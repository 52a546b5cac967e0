"""The block tags that decide in which language a part of a page stands; `{% load evenkeel %}` brings them."""

import re

from django.template import Context, Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from monitoring import languages

# What may not stand inside a <span>.
BLOCK_LEVEL = re.compile(r"<(?:p|div|h[1-6]|ul|ol|dl|section|form|fieldset|table|details|figure|nav)\b")


class ClinicalNode(Node):
    """Clinical copy: in the reader's language once its translation was reviewed, else in English, marked so."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        with languages.clinically() as language:
            inner = self.nodelist.render(context)
        if language == languages.current():
            return inner
        if BLOCK_LEVEL.search(inner):
            return format_html('<div class="stack" lang="{}" dir="ltr">{}</div>', language, inner)
        return format_html('<span lang="{}" dir="ltr">{}</span>', language, inner)


class NoticedNode(Node):
    """A page's content, after a notice in the reader's language when a clinical part of it had to stay in English."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        inner = self.nodelist.render(context)
        if not languages.fell_back():
            return inner
        notice = Engine.get_default().get_template("components/not_reviewed.html").render(context)
        return mark_safe(notice + inner)  # noqa: S308 - both parts were rendered by templates


class WrittenForNode(Node):
    """Paper for one person on a page of another: in the language of whom it is for, with its own notice."""

    def __init__(self, reader: FilterExpression, nodelist: NodeList) -> None:
        self.reader, self.nodelist = reader, nodelist

    def render(self, context: Context) -> SafeString:
        reader = self.reader.resolve(context)
        if not isinstance(reader, languages.Reader):
            return self._article(self.nodelist.render(context))
        with languages.speaking(reader.language, reviewed=reader.reviewed):
            return self._article(NoticedNode(self.nodelist).render(context))

    def _article(self, inner: SafeString) -> SafeString:
        language, direction = reading_language(), reading_direction()
        return format_html('<article class="stack" lang="{}" dir="{}">{}</article>', language, direction, inner)


def _block(token: Token, parser: Parser) -> NodeList:
    name, *rest = token.split_contents()
    if rest:
        raise TemplateSyntaxError(f"{{% {name} %}} takes nothing.")
    return _inside(name, parser)


def _inside(name: str, parser: Parser) -> NodeList:
    nodelist = parser.parse((f"end{name}",))
    parser.delete_first_token()
    return nodelist


def clinical(parser: Parser, token: Token) -> ClinicalNode:
    """`{% clinical %}…{% endclinical %}` around every text on the body, medicines, doses, danger and what to do.

    The words inside are translated with `context "clinical"`. Keep whole paragraphs, lists or sentences inside: what
    falls back to English is wrapped in a `<div>`, or in a `<span>` when there is no block inside.
    """
    return ClinicalNode(_block(token, parser))


def noticed(parser: Parser, token: Token) -> NoticedNode:
    """`{% noticed %}…{% endnoticed %}`: once in each base template, around the content."""
    return NoticedNode(_block(token, parser))


def written_for(parser: Parser, token: Token) -> WrittenForNode:
    """`{% written_for reader %}…{% endwritten_for %}` around what staff print for a patient.

    `reader` is as `wording.queries.reader_of` gives it; with None it stays in the language of the page.
    """
    name, *rest = token.split_contents()
    if len(rest) != 1:
        raise TemplateSyntaxError(f"{{% {name} %}} takes whom it is written for.")
    return WrittenForNode(parser.compile_filter(rest[0]), _inside(name, parser))


def reading_language() -> str:
    """The code for `<html lang>`."""
    return languages.current()


def reading_direction() -> str:
    """`rtl` or `ltr`, for `<html dir>`."""
    return "rtl" if translation.get_language_bidi() else "ltr"
