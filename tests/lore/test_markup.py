import json

import pytest
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from lore.markup import (
    Heading,
    Link,
    MarkupError,
    blocks_from_json,
    blocks_to_json,
    compile_fan,
    compile_line,
    compile_page,
    from_json,
    mentions,
    to_json,
)
from tests.lore.reading import BALLERINA, CANARY, FOUR, JOHN, LEXICON, THREE, name_works, sees, shown


class TestSpoilers:
    def test_are_shown_to_those_who_have_seen_the_work(self):
        html = shown("It ends: >!chapter-4: he *rests*!<.", seen=FOUR)
        assert html == '<p dir="auto">It ends: <span class="spoiler">he <em>rests</em></span>.</p>'

    def test_are_named_and_not_sent_to_others(self):
        html = shown("It ends: >!chapter-4: he rests!<.", seen=THREE)
        assert html == '<p dir="auto">It ends: <span class="veil">[gives away Chapter 4]</span>.</p>'

    def test_without_a_work_take_the_scope_of_the_text(self):
        assert '<span class="spoiler">He said: no</span>' in shown(">!He said: no!<")

    def test_in_a_scoped_block_need_both(self):
        text = "::: gives-away chapter-3\n>!chapter-4: x!<\n:::"
        assert "veil" in shown(text, seen=FOUR)
        assert "veil" not in shown(text, seen=THREE | FOUR)

    def test_plain_text_leaves_an_ellipsis(self):
        block = compile_fan("So >!chapter-4: he rests!<.", LEXICON)
        assert block.plain(sees(0)) == "So …."
        assert block.plain(sees(FOUR)) == "So he rests."

    @pytest.mark.parametrize(
        ("head", "scope"),
        [
            ("chapter-4", FOUR),
            ("Chapter 4", FOUR),
            ("chapter-3, ballerina", THREE | BALLERINA),
            ("chapter-3 chapter-4", THREE | FOUR),
            ("Chapter 3 and Chapter 4", THREE | FOUR),
            ("*Chapter 3*", THREE),
            ("John Wick: Chapter 4", JOHN | FOUR),
            ("chapter-3: ballerina", THREE | BALLERINA),
        ],
    )
    def test_name_works_in_several_ways(self, head, scope):
        assert [spoiler.scope for spoiler in compile_fan(f">!{head}: x!<", LEXICON).spoilers] == [scope]

    @pytest.mark.parametrize("words", ["at 10:30 he came", "see https://a.example", "a, b and c: d", "(a): b"])
    def test_a_colon_in_the_covered_words_names_no_work(self, words):
        assert [spoiler.scope for spoiler in compile_fan(f">!{words}!<", LEXICON).spoilers] == [0]

    @pytest.mark.parametrize("head", ["chapter-9", "Chapter 9", "Winston", "Chapter 3 and Chapter 9", "chapter-4 x-2"])
    def test_what_looks_like_a_work_must_be_one(self, head):
        with pytest.raises(MarkupError, match="No work is called"):
            compile_fan(f">!{head}: x!<", LEXICON)

    def test_stand_in_quotes_lists_tables_links_and_headings(self):
        for text in [
            "> a\n>!chapter-4: zanzibar!<",
            "- >!chapter-4: zanzibar!<",
            "| a |\n|---|\n| >!chapter-4: zanzibar [[x|y]]!< |",
            "[>!chapter-4: zanzibar!<](https://a.example)",
            "**b >!chapter-4: zanzibar!< c**",
            "## End >!chapter-4: zanzibar!<",
            ">!chapter-4: zanzibar!<",
            "[a](https://a.example/>!chapter-4:zanzibar!<)",
            "[[a >!chapter-4: zanzibar!<]]",
            '[a](https://a.example ">!chapter-4: zanzibar!<")',
            "![>!chapter-4: zanzibar!<](https://a.example)",
            "<https://a.example/>!chapter-4:zanzibar!<>",
            "&gt; >!chapter-4: zanzibar!<",
        ]:
            assert CANARY not in shown(text), text
            assert CANARY in shown(text, seen=FOUR) or "title" in text or '">' in text, text

    def test_in_code_and_behind_a_backslash_are_words(self):
        assert shown("`>!a!<` \\>!b") == '<p dir="auto"><code>&gt;!a!&lt;</code> &gt;!b</p>'

    def test_may_begin_and_end_with_an_address(self):
        html = shown(">!<https://a.example>!< b >!<https://c.example>!<")
        assert html.count('<span class="spoiler"><a href=') == 2

    def test_an_exclamation_before_an_angle_bracket_is_no_sign_by_itself(self):
        assert "See!&lt;" in shown("See!< there")

    @pytest.mark.parametrize(
        ("text", "line", "part"),
        [
            ("a\n\nb\n>!open", 4, "closes with !<"),
            (">!open\n\nclosed!<", 1, "closes with !<"),
            ("a !< >!b!<", 1, "closes no spoiler"),
            (">!a >!b!< c!<", 1, "inside another"),
            ("x\n>!chapter-9: a!<", 2, "“chapter-9”"),
            (">!Chapter 9: a!<", 1, "“Chapter 9”"),
            ("| a | b |\n|---|---|\n| x | >!a | b!< |", 3, "same paragraph or cell"),
            ("`a >!b` c!<", 1, "closes no spoiler"),
        ],
    )
    @pytest.mark.parametrize("by", [compile_page, compile_fan])
    def test_unclear_ones_are_refused_with_the_line(self, text, line, part, by):
        with pytest.raises(MarkupError) as caught:
            by(text, LEXICON)
        assert (caught.value.line, part in caught.value.sentence) == (line, True)

    def test_the_error_is_one_that_forms_show(self):
        with pytest.raises(ValidationError) as caught:
            compile_fan(">!a", LEXICON)
        assert caught.value.messages == [str(caught.value)]
        assert isinstance(caught.value, ValueError)

    def test_names_of_works_are_escaped(self):
        block = compile_fan(">!chapter-4: x!<", LEXICON)
        assert "&lt;i&gt;" in block.render(sees(0), lambda mask: "<i>")


class TestBlocks:
    TEXT = "Before\n\n::: gives-away chapter-3 chapter-4\n## Two\n[[Ruska Roma]]\n:::\n\nAfter >!x!<"

    def test_cut_the_page_by_scope(self):
        assert [block.scope for block in compile_page(self.TEXT, LEXICON)] == [0, THREE | FOUR, 0]

    def test_are_kept_apart(self):
        first, second, third = compile_page(self.TEXT, LEXICON)
        assert "Two" not in first.html + third.html
        assert second.headings == (Heading(2, "s-1--two", "Two"),)
        assert second.links == (Link("ruska-roma", THREE | FOUR),)

    def test_survive_json(self):
        blocks = compile_page(self.TEXT, LEXICON)
        assert blocks_from_json(json.loads(json.dumps(blocks_to_json(blocks)))) == blocks
        assert from_json(json.loads(json.dumps(to_json(blocks[0])))) == blocks[0]

    def test_render_as_safe_strings(self):
        assert isinstance(compile_fan("a", LEXICON).render(sees(0), name_works), SafeString)

    def test_of_nothing_are_none(self):
        assert compile_page(" \n\n", LEXICON) == []
        assert compile_fan("", LEXICON).html == ""

    @pytest.mark.parametrize(
        ("text", "line", "part"),
        [
            ("a\n::: gives-away chapter-9\nb\n:::", 2, "“chapter-9”"),
            ("::: gives-away chapter-3 nope\nb\n:::", 1, "“nope”"),
            ("::: gives-away chapter-3\nb", 1, "not closed"),
            ("a\n:::", 2, "closes no spoiler block"),
            ("::: gives-away chapter-3\n::: gives-away chapter-4\n:::", 2, "inside another"),
            ("::: note\nb\n:::", 1, "begins with a line like"),
            ("> ::: gives-away chapter-3\n> b", 1, "begins with a line like"),
            ("- ::: gives-away chapter-3", 1, "begins with a line like"),
            ("a\n::: gives-away chapter-3\n\n>!x\n:::", 4, "closes with !<"),
        ],
    )
    def test_unclear_ones_are_refused_with_the_line(self, text, line, part):
        with pytest.raises(MarkupError) as caught:
            compile_page(text, LEXICON)
        assert (caught.value.line, part in caught.value.sentence) == (line, True)

    def test_a_code_fence_does_not_swallow_the_end_of_a_block(self):
        blocks = compile_page("::: gives-away chapter-3\n```\na\n:::\nb", LEXICON)
        assert [block.scope for block in blocks] == [THREE, 0]

    def test_a_code_fence_does_not_swallow_the_beginning_of_a_block(self):
        blocks = compile_page("```\na\n::: gives-away chapter-3\nb\n:::", LEXICON)
        assert [(block.scope, "b" in block.text) for block in blocks] == [(0, False), (THREE, True)]

    def test_are_plain_text_in_what_fans_write(self):
        assert ":::" in shown("::: gives-away chapter-3\na\n:::", by=compile_fan)


class TestHeadings:
    def test_are_demoted_below_the_title(self):
        (block,) = compile_page("# A\n## B\n### C\n#### D\n##### E", LEXICON)
        assert [heading.level for heading in block.headings] == [2, 2, 3, 4, 4]

    def test_have_ids_of_their_own(self):
        (block,) = compile_page("## A\n## A\n## A 2\n## A\n## Дом\n## !", LEXICON)
        ids = [heading.id for heading in block.headings]
        assert ids == ["s-a", "s-a-2", "s-a-2-2", "s-a-3", "s-section", "s-section-2"]
        assert all(f'id="{anchor}"' in block.html for anchor in ids)

    def test_in_a_spoiler_block_leave_no_trace_in_other_ids(self):
        blocks = compile_page("::: gives-away chapter-3\n## End\n:::\n## End", LEXICON)
        assert [block.headings[0].id for block in blocks] == ["s-0--end", "s-end"]

    def test_leave_their_spoilers_out_of_the_contents(self):
        (block,) = compile_page("## End >!chapter-4: zanzibar!<", LEXICON)
        assert block.headings == (Heading(2, "s-end", "End …"),)

    def test_are_strong_paragraphs_in_what_fans_write(self):
        assert shown("## A *b*", by=compile_fan) == '<p dir="auto"><strong>A <em>b</em></strong></p>'

    def test_without_words_are_left_out(self):
        assert compile_page("##\n\na", LEXICON)[0].headings == ()
        assert "<h2" not in shown("##\n\na")


class TestLinks:
    def test_to_pages(self):
        assert '<a href="/lore/ruska-roma/">Ruska Roma</a>' in shown("[[Ruska Roma]]")
        assert '<a href="/lore/ruska-roma/">the school</a>' in shown("[[The Academy|the school]]")

    def test_to_pages_nobody_wrote(self):
        assert '<a class="wanted" href="/lore/high-table/">High Table</a>' in shown("[[High Table]]")

    def test_in_tables_keep_their_label(self):
        assert ">school</a></td>" in shown("| a |\n|---|\n| [[Ruska Roma|school]] |")

    def test_that_name_nothing_stay_words(self):
        assert shown("[[!]]") == '<p dir="auto">[[!]]</p>'

    def test_carry_the_scope_of_the_spoiler_they_stand_in(self):
        block = compile_fan("[[A]] >!chapter-4: [[B]]!< [[A]]", LEXICON)
        assert block.links == (Link("a", 0), Link("b", FOUR))

    def test_mentions(self):
        assert mentions("[[Ruska Roma|x]] >!chapter-4: [[Élan]]!< [[!]] [a](b)") == {"ruska-roma", "elan"}

    @pytest.mark.parametrize("text", ["<https://a.example/b>", "https://a.example/b", "[x](https://a.example/b)"])
    def test_outside_pass_nothing_on(self, text):
        assert 'href="https://a.example/b" rel="nofollow ugc noopener"' in shown(text)

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("See https://a.example/b.", "https://a.example/b"),
            ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
            ("(see https://a.example/b)", "https://a.example/b"),
            ("**https://a.example/b**", "https://a.example/b"),
            ("HTTPS://a.example/?b=c&d", "HTTPS://a.example/?b=c&amp;d"),
        ],
    )
    def test_bare_addresses(self, text, address):
        assert f'href="{address}"' in shown(text)

    def test_bare_addresses_do_not_nest(self):
        assert shown("[https://a.example](https://b.example)").count("<a ") == 1

    def test_within_the_site(self):
        assert shown("[x](/lore/a/#s-b)") == '<p dir="auto"><a href="/lore/a/#s-b">x</a></p>'

    @pytest.mark.parametrize("query", ["?reveal=x-1&a=b#c", "?a=b&re%76eal=x-1#c", "?a=b;reveal=x#c"])
    def test_lift_no_shield(self, query):
        assert 'href="/theories/1/?a=b#c"' in shown(f"[x](/theories/1/{query})")

    def test_pictures_from_elsewhere_become_links(self):
        assert '<a href="https://a.example/b.png"' in shown("![alt](https://a.example/b.png)")

    def test_without_words_show_their_address(self):
        assert ">https://a.example</a>" in shown("[](https://a.example)")
        assert ">https://a.example </a>" in shown("![ ](https://a.example)")

    def test_have_no_titles(self):
        assert "secret" not in shown('[a](/b "secret")')


class TestMarkdown:
    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("- a\n- b", "<li dir="),
            ("3. a", '<ol start="3">'),
            ("> a", "<blockquote dir="),
            ("~~a~~", "<s>a</s>"),
            ("`a`", "<code>a</code>"),
            ("```\na\n```", '<pre><code dir="auto">a'),
            ("a  \nb", "<br>"),
            ("a\n\n---\n\nb", "<hr>"),
            ("| a | b |\n|--:|:-:|\n| 1 | 2 |", '<td class="align-right" dir="auto">1</td>'),
            ("| a | b |\n|--:|:-:|\n| 1 | 2 |", '<td class="align-centre" dir="auto">2</td>'),
        ],
    )
    def test_constructs(self, text, part):
        assert part in shown(text)

    def test_lines_have_no_block_around_them(self):
        assert shown("# a *b*\n\n- c", by=compile_line) == "# a <em>b</em> - c"

    def test_text_is_what_is_read(self):
        (block,) = compile_page("## A\n\nb *c*\nd\n\n```\ne\n```\n\n| f |\n|---|\n| g |", LEXICON)
        assert block.plain(sees(0)) == "A\nb c d\ne\nf\ng"

    def test_private_signs_mean_nothing(self):
        assert shown("a\ue000b\ue001 \ue0030\ue004 &#xe003;0&#xe004;") == '<p dir="auto">ab 0 0</p>'
        (block,) = compile_page("## a&#xe003;0&#xe004;&#x202e;b", LEXICON)
        assert block.headings == (Heading(2, "s-a0b", "a0b"),)

    def test_direction_tricks_are_taken_out(self):
        assert shown("a\u202eb\u2066c&#x202e;d") == '<p dir="auto">abcd</p>'
