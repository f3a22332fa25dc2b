"""What the markup tests read with: a lexicon, a viewer, and a judge of HTML."""

import re

import html5lib

from lore.markup import (
    Lexicon,
    compile_page,
)

JOHN, THREE, FOUR, BALLERINA = 1, 4, 8, 32
LEXICON = Lexicon(
    pages={"ruska-roma": "/lore/ruska-roma/", "the-academy": "/lore/ruska-roma/"},
    works={
        "john-wick": JOHN,
        "chapter-3": THREE,
        "chapter-4": FOUR,
        "ballerina": BALLERINA,
    },
)

ELEMENTS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br", "em", "strong", "s"),
    *("a", "table", "thead", "tbody", "tr", "th", "td", "span"),
}
ATTRIBUTES = {"href", "rel", "class", "dir", "start", "id"}
VALUES = {
    "href": r"https?://[^/]|mailto:|/(?![/\\])|#",
    "id": "s-",
    "class": r"(wanted|spoiler|veil|align-right|align-centre)\Z",
}
CANARY = "zanzibar"


def name_works(mask):
    return {THREE: "Chapter 3", FOUR: "Chapter 4"}.get(mask, f"works {mask}")


def sees(seen):
    return lambda mask: mask & ~seen == 0


def blocks_of(compiled):
    return compiled if isinstance(compiled, list) else [compiled]


def shown(text, *, by=compile_page, seen=0):
    return "".join(block.render(sees(seen), name_works) for block in blocks_of(by(text, LEXICON)))


def faults_in(html):
    """What a page must never hold, found by parsing as a browser does."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parseFragment(html)
    return [fault for element in tree.iter() if isinstance(element.tag, str) for fault in faults_of(element)]


def faults_of(element):
    if element.tag != "DOCUMENT_FRAGMENT" and element.tag not in ELEMENTS:
        yield f"element {element.tag}"
    for name, value in element.attrib.items():
        if name not in ATTRIBUTES:
            yield f"attribute {name}"
        elif not re.match(VALUES.get(name, ""), value):
            yield f"{name} {value}"
    address = element.get("href", "")
    if re.match(r"https?:|mailto:", address) and element.get("rel") != "nofollow ugc noopener":
        yield f"rel of {address}"


def ids_in(page):
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    return [element.get("id") for element in tree.iter() if isinstance(element.tag, str) and element.get("id")]
