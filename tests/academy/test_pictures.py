"""A drawing only draws: what makes it a program, or makes it call elsewhere, is refused."""

import pytest

from community.academy.formats.pictures import flaws_of_picture

SVG = 'xmlns="http://www.w3.org/2000/svg"'

LICENCE = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:cc="http://creativecommons.org/ns#"><cc:Work rdf:about=""/></rdf:RDF>'
)


def drawing(inside: str, attributes: str = "") -> bytes:
    return f"<svg {SVG} {attributes}>\n{inside}\n</svg>".encode()


@pytest.mark.parametrize(
    "inside",
    [
        '<title>Waves</title><desc>Three waves</desc><path d="M0 0" class="a"/>',
        "<style>.a { fill: url(#g); stroke: #123 } @media print { .a { fill: none } }</style>",
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs>',
        '<rect fill="url(#g)" style="fill: url(\'#g\')"/>',
        '<use href="#g"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#g"/>',
        '<text aria-label="on and on" font-family="sans-serif">on &amp; off &lt;script&gt;</text>',
        f"<metadata>{LICENCE}</metadata>",
        f"<style>.a {{ fill: url({' ' * 400_000}#g) }}</style>",
        "<!-- a note --><![CDATA[ ]]>",
    ],
)
def test_drawings_pass(inside: str) -> None:
    assert flaws_of_picture("a.svg", drawing(inside)) == []


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<script xmlns="">alert(1)</script>',
        "<foreignObject/>",
        '<image href="#a"/>',
        '<a href="#x"/>',
        '<animate attributeName="x"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<rect onclick="alert(1)"/>',
        '<rect ONLOAD="alert(1)"/>',
        '<use href="http://a.org/x.svg#a"/>',
        '<use href="javascript:alert(1)"/>',
        '<use href="data:image/svg+xml,x"/>',
        '<use xmlns:l="http://www.w3.org/1999/xlink" l:href="//a.org/x.svg"/>',
        '<rect xml:base="http://a.org/"/>',
        '<rect fill="url(http://a.org/x.svg#g)"/>',
        "<rect style=\"fill: URL( 'http://a.org/#g' )\"/>",
        '<rect style="fill: u\\72l(http://a.org/#g)"/>',
        "<style>@import 'http://a.org/x.css';</style>",
        "<style>.a { fill: url(data:x) }</style>",
        "<style>.a { fill: url(/**/http://a.org) }</style>",
        "<style>.a { mask: image-set('http://a.org' 1x) }</style>",
        "<style>@font-face { src: local(x) }</style>",
        "<style>.a { fill: u<!-- -->rl(http://a.org) }</style>",
    ],
)
def test_what_does_more_than_draw_is_refused_at_its_line(inside: str) -> None:
    flaws = flaws_of_picture("a.svg", drawing(inside))

    assert flaws
    assert {flaw.line for flaw in flaws} == {2}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no drawing",
        b"<html/>",
        b"<svg/>",
        b'<svg xmlns="http://www.w3.org/1999/xhtml"/>',
        b'<?xml-stylesheet href="http://a.org/x.css"?>' + drawing(""),
        b'<!DOCTYPE svg SYSTEM "http://a.org/x.dtd">' + drawing(""),
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + drawing("<text>&b;</text>"),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing("<text>&x;</text>"),
        b'<?xml version="1.0" encoding="no-such-thing"?>' + drawing(""),
        drawing("<path>"),
        drawing("", 'onload="alert(1)"'),
        drawing("\x00"),
    ],
)
def test_what_is_no_plain_drawing_is_refused(data: bytes) -> None:
    assert flaws_of_picture("a.svg", data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBP"),
    ],
)
def test_pictures_are_what_their_names_say(name: str, data: bytes) -> None:
    assert flaws_of_picture(name, data) == []
    assert flaws_of_picture(name, b"<svg/>")
    assert flaws_of_picture("a.svg", data)
