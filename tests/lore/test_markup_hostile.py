import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lore.markup import (
    Lead,
    MarkupError,
    blocks_from_json,
    blocks_to_json,
    compile_fan,
    compile_line,
    compile_page,
    relink,
)
from lore.markup_rules import build_parser
from tests.lore.reading import CANARY, LEXICON, THREE, blocks_of, faults_in, name_works, sees, shown

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=/settings/><input name=a><button formaction=x>b</button></form>",
    "<textarea><select><option>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example>",
    "<a href='javascript:alert(1)'>x</a>",
    "<p id=main name=x class=y style=color:red>x</p>",
    "<div hx-get=/x hx-trigger=load>x</div>",
    "<b>bold</b><u>u</u><marquee>m</marquee>",
    "<!-- <script> --><!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><!DOCTYPE html>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/a)",
    "[x](/\\evil.example/a)",
    "[x](/%09/evil.example)",
    "[x](evil.html)",
    "[x](https:evil.example)",
    "https:///evil.example http:////evil.example",
    '[x](https://a.example "t\\" onmouseover=alert(1) x=\\"")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example/<script>)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](https://evil.example/track.png)",
    "![x](data:image/png;base64,AAAA)",
    '![x" onerror="alert(1)](https://a.example/)',
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "[ref]: javascript:alert(1)\n\n[ref]",
    '[[x" onclick="alert(1)|y]]',
    "[[<script>alert(1)</script>|<img src=x onerror=alert(1)>]]",
    "[[a|javascript:alert(1)]]",
    ">!<script>alert(1)</script>!<",
    ">![x](javascript:alert(1))!<",
    "[a >!b](javascript:alert(1)) c!<",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    '```js" onload="alert(1)\nx\n```',
    "`</code><script>alert(1)</script>`",
    "| <script> | [x](javascript:a) |\n|:--|--:|\n| <img src=x onerror=a> | b |",
    "# <script>alert(1)</script> {#main .x onclick=a}",
    'https://a.example/"><script>alert(1)</script>',
    "https://a.example/'onmouseover='alert(1)",
    "\ue0030\ue004 &#xe003;0&#xe004; >!x!<",
    "\ue003999\ue004 &#57347;7&#57348;",
    "\ue000<script>\ue001",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "<a\x00href=javascript:alert(1)>",
    "\u202e<script>\u2066",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("by", [compile_page, compile_fan, compile_line])
def test_hostile_text_is_harmless(text, by):
    html = shown(text, by=by, seen=63)
    assert faults_in(html) == []


NAME = """</span></a><script>alert(1)</script>' onclick=a "onmouseover="a x=\\"""
LINKS = """[[ruska-roma]] [[nowhere]] [x](/lore/ruska-roma/#"onclick="a) [y](/lore/ruska-roma/?a=">b) [z](/lore/%22)"""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_of_works_and_hostile_addresses_are_only_words(text):
    """What is put in after the cleaner: the name of a work that is covered, the address of a page that has moved."""
    leads = dict.fromkeys(["ruska-roma", "nowhere", '"'], Lead(f"/lore/{NAME}/", is_wanted=True))
    for block in blocks_of(compile_page(f"{LINKS}\n\n>!chapter-4: Dead.!<\n\n{text}", LEXICON)):
        html = block.render(sees(0), lambda mask: NAME)
        assert faults_in(html) == []
        assert faults_in(relink(html, leads)) == []


def test_they_do_get_there():
    [block] = compile_page(f"{LINKS} >!chapter-4: Dead.!<", LEXICON)
    html = block.render(sees(0), lambda mask: NAME)
    assert "[gives away &lt;/span&gt;" in html
    led = relink(html, {"ruska-roma": Lead(f"/lore/{NAME}/")})
    assert led.count('href="/lore/&lt;/span&gt;') == 3
    assert "Dead" not in led


def test_the_corpus_is_broad_enough():
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize(
    "html",
    [
        "<script>a</script>",
        "<p onclick=a>b</p>",
        "<a href='javascript:a'>b</a>",
        "<a href='//evil.example'>b</a>",
        "<a href='https://evil.example'>b</a>",
        "<p id=main>b</p>",
        "<p class=card>b</p>",
        "<img src=x>",
        "<svg><a/></svg>",
    ],
)
def test_the_judge_finds_seeded_holes(html):
    assert faults_in(html)


def test_the_allow_list_holds_when_the_parser_lets_html_through(monkeypatch):
    careless = build_parser()
    careless.options["html"] = True
    careless.enable(["html_inline", "html_block"])
    careless.validateLink = lambda url: True
    careless.normalizeLink = lambda url: url
    monkeypatch.setattr("lore.markup._parser", lambda: careless)
    for text in HOSTILE:
        faults = faults_in(shown(text, seen=63))
        assert [fault for fault in faults if re.match("element|attribute|id|class|href \\w+script", fault)] == []


PIECES = st.sampled_from(
    [
        *("[", "[[", "]", "]]", "(", ")", "![", "*", "**", "_", "~~", "`", "```", "<", ">", "|", "- ", "1. "),
        *("# ", "\n", "\n\n", "  ", "\t", "\\", "&#x202e;", "&#xe003;0&#xe004;", "://", "https://a.example"),
        *("'", '"', ":::", "::: gives-away chapter-3\n", "\n:::\n", ">!", "!<", "chapter-4: ", "|-|-|\n"),
        *("<script>", "a", "é", "\ue000", "\ue003", "\u202e", "\x00", "\ud800", "javascript:", "ruska-roma"),
        *("](/a?reveal=theory-1)", "="),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from([compile_page, compile_fan, compile_line]), st.sampled_from([0, THREE, 63]))
def test_any_text_is_harmless_or_refused_in_a_sentence(text, by, seen):
    try:
        blocks = blocks_of(by(text, LEXICON))
    except MarkupError as error:
        assert error.line >= 1
        assert error.sentence.endswith(".")
        return
    for block in blocks:
        html = block.render(sees(seen), name_works)
        assert faults_in(html) == []
        assert not re.search("[\ue000-\ue004\u202a-\u202e\u2066-\u2069\x00-\x08\ud800-\udfff]", html)
        assert not re.search("[\ue000-\ue004\u202a-\u202e\u2066-\u2069\x00-\x08]", block.plain(sees(seen)))
    assert blocks_from_json(json.loads(json.dumps(blocks_to_json(blocks)))) == blocks


# Before, the covered words, after: whatever stands around them, they are not sent, or the text is refused.
@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECES, max_size=12).map("".join).filter(lambda text: not set("`~\\") & set(text)),
    st.lists(PIECES, max_size=12).map("".join).filter(lambda text: not set("`~") & set(text)),
    st.sampled_from([compile_page, compile_fan, compile_line]),
)
def test_covered_words_never_reach_those_who_have_not_seen_the_work(before, after, by):
    text = f"{before}>!chapter-4: {CANARY} *{CANARY}* [[{CANARY}]]!<{after}"
    try:
        blocks = blocks_of(by(text, LEXICON))
    except MarkupError:
        return
    for block in blocks:
        assert CANARY not in block.render(sees(THREE), name_works)
        assert CANARY not in block.plain(sees(THREE))
        assert CANARY not in block.html + block.text
        assert not any(CANARY in heading.id + heading.text for heading in block.headings)


def filled(shape, length=20_000):
    return (shape * (length // len(shape) + 1))[:length]


KILLERS = [
    *(">", "> ", "[", "[[", "![", "[]", "[a](", "[a](<b", '[a](b "', "![a](b)", "*", "*a ", "**a ", "*_"),
    *("`", "<", "<a", "<https://a.b>", "https://a.b ", "https://", "&", "&#", "\\", "- ", "- a\n", "1. "),
    *("# a\n", "```\n", "|", "|\n", "|a", "|-\n", "|-|-|\n", "---\n", ":::\n", "[[a]]", "[[a|", "[[a"),
    *(">!", "!<", ">!a!<", "> - ", "a\n", "\n", "\t", "<!--", "[a]: b\n", "- - a\n", "a@", "~~"),
    *("|-|-|\n>!|-|-|\n># * ", "&#xe003;0&#xe004;"),
]
GROWING = {
    "backticks": " ".join("`" * length for length in range(1, 199)),
    "wide table": "|a" * 256 + "\n" + "|-" * 256 + "\n" + "|\n" * 9_000,
    "long table": "|a" * 30 + "\n" + "|-" * 30 + "\n" + "|\n" * 9_900,
    "deep quotes": "\n".join(">" * depth + " a" for depth in range(1, 190)),
    "deep list": "\n".join(" " * 2 * depth + "- a" for depth in range(1, 140)),
    "nested emphasis": "*_" * 5_000 + "a" + "_*" * 5_000,
    "brackets": "[" * 10_000 + "]" * 10_000,
    "address": "https://a.b/" + "(" * 10_000 + ")" * 9_900,
}


@pytest.mark.parametrize("text", [*map(filled, KILLERS), *GROWING.values()], ids=lambda text: ascii(text[:12]))
@pytest.mark.parametrize("by", [compile_page, compile_fan])
def test_no_shape_makes_much_of_little(text, by):
    """Speed is measured elsewhere; here, that output stays in proportion and no shape ends in a crash."""
    try:
        html = shown(text, by=by)
    except MarkupError:
        return
    assert len(html) <= 30 * len(text)
