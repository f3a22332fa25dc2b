"""How to write for the archive: each sign with what the site's own renderers make of it."""

from dataclasses import dataclass

from lore import markup
from lore.canon import lexicon_for
from lore.reading import Part, parts_of, shown
from lore.spoilers import EVERYTHING, Shield, Viewer

EVERYWHERE = "Everywhere"
IN_TEXTS = "The text of a page, the case for a theory, comments"
ON_PAGES = "The text of a page alone"

type Rendered = list[Part | Shield] | list[Part]


@dataclass(frozen=True)
class Lesson:
    """`source` may name a work as {work}. `where` says in which texts the sign works."""

    anchor: str
    title: str
    words: str
    where: str
    source: str


@dataclass(frozen=True)
class Shown:
    """A lesson with its source as it is typed, and what comes of it: for readers who have seen nothing, and, where that
    is another thing, for those who have seen the work."""

    lesson: Lesson
    source: str
    newcomers: Rendered
    others: Rendered


LESSONS = (
    Lesson(
        "paragraphs",
        "Paragraphs",
        "An empty line begins a new paragraph. A line break alone does nothing.",
        IN_TEXTS,
        "The house lights go down.\n\nThen the first bar is heard.",
    ),
    Lesson(
        "headings",
        "Headings",
        "Two signs for a section, three for a part of one. The sections make the page’s list of contents. In fans’ "
        "texts a heading becomes a line in bold.",
        ON_PAGES,
        "## The school\n\n### Its rules\n\nNobody is late.",
    ),
    Lesson(
        "emphasis",
        "Emphasis",
        "One star for stress, two for weight, two tildes for what is struck out. A backslash before a sign keeps it a "
        "sign.",
        EVERYWHERE,
        "*Softly*, then **loud**, then ~~never~~ again. Two \\* three.",
    ),
    Lesson(
        "links",
        "Links to pages",
        "A page’s name between double brackets, in any spelling or by an alias; after a bar, other words for it. A "
        "page that is not there yet may be linked as well: it is then on the list of wanted pages.",
        EVERYWHERE,
        "[[Ruska Roma]], or [[Ruska Roma|the academy]]; and [[A page that nobody has begun]].",
    ),
    Lesson(
        "addresses",
        "Other links, and claims",
        "Words in brackets, the address in parentheses. Claims are not typed into a text: editors add them below it, "
        "each with its status, source and date. To point to one, link to its own page.",
        EVERYWHERE,
        "See [the open rumours](/lore/rumours/) and https://example.org/.",
    ),
    Lesson(
        "lists",
        "Lists, quotations, tables",
        "A dash or a number, then a space. A quotation has its sign before every line.",
        IN_TEXTS,
        "- first\n- second\n  1. within it\n\n> Said by somebody.\n\n| Act | Scenes |\n| --- | ---: |\n| One | 4 |",
    ),
    Lesson(
        "words-covered",
        "Words that give something away",
        "Covered for everybody who has not seen the work. Name the work first, by its short name; several, with "
        "commas. Without a name the words take the shield of the text around them. It ends in the same paragraph.",
        EVERYWHERE,
        "At the end >!{work}: the curtain falls twice!<, and all go home.",
    ),
    Lesson(
        "parts-covered",
        "Parts that give something away",
        "Whole paragraphs and sections: a line that opens the block and names its works, a line that closes it. A "
        "block holds no other block. Theories and comments say what they give away beside the box instead.",
        ON_PAGES,
        "Safe for all.\n\n::: gives-away {work}\nThe curtain falls **twice**.\n:::\n\nSafe again.",
    ),
    Lesson(
        "pictures",
        "Pictures",
        "No text holds any. Editors choose a page’s pictures from the gallery, and fans propose new ones there. A "
        "picture from elsewhere becomes a link to it.",
        EVERYWHERE,
        "![A stage](https://example.org/stage.jpg)",
    ),
)


def lessons(viewer: Viewer) -> list[Shown]:
    """Those about works are left out while the archive knows none."""
    works = viewer.works
    slug = works[0].slug if works else ""
    taught = [lesson for lesson in LESSONS if works or "{work}" not in lesson.source]
    lexicon = lexicon_for(*(lesson.source for lesson in taught))
    newcomer, other = (Viewer(seen=seen, load_works=lambda: works) for seen in (0, EVERYTHING))
    made = []
    for lesson in taught:
        source = lesson.source.replace("{work}", slug)
        first, second = (_rendered(each, lesson, source, lexicon) for each in (newcomer, other))
        made.append(Shown(lesson, source, first, [] if "{work}" not in lesson.source else second))
    return made


def _rendered(viewer: Viewer, lesson: Lesson, source: str, lexicon: markup.Lexicon) -> Rendered:
    """Where it works everywhere, as fans' texts are made; else as a page is."""
    if lesson.where == ON_PAGES:
        return parts_of(viewer, "lesson", 0, markup.blocks_to_json(markup.compile_page(source, lexicon)))
    return [Part(shown(viewer, markup.compile_fan(source, lexicon)), ())]
