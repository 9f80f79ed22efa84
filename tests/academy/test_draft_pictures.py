"""Pictures dropped into a draft: told by content, drawn anew, named after the file they were."""

import io

import pytest
from conftest import acting
from factories.academy import PICTURE, all_flaws, make_version
from factories.accounts import drawing, make_user
from factories.spaces import join, make_space
from PIL import Image

from community.academy.formats import drawing as drawn_anew
from community.academy.formats.pictures import MAX_PICTURE, flaws_of_picture
from community.academy.models import CourseVersion
from community.academy.operations import (
    add_activity,
    add_module,
    add_picture,
    begin_course,
    begin_draft,
    edit_activity,
    remove_picture,
)
from community.academy.queries import draft_outline, draft_picture, preview, preview_html, problems
from community.kernel.db import db
from community.kernel.errors import Invalid, NotFound
from community.spaces.models import Role, SpaceKind


@pytest.fixture
def network(app):
    return make_space(app, "The network", kind=SpaceKind.NETWORK)


@pytest.fixture
def ctx(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.ORGANISER)
    return acting(user_id)


@pytest.fixture
def draft_id(inside, network, ctx):
    return begin_course(ctx, network, title="Data").id


def noise(kind, size):
    """Return a picture that nothing makes small."""
    out = io.BytesIO()
    image = Image.effect_noise(size, 90).convert("RGB")
    image.save(out, kind, **({"quality": 100, "subsampling": 0} if kind == "JPEG" else {}))
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "path", "media_type"),
    [
        ("JPEG", "assets/my-waves.jpg", "image/jpeg"),
        ("PNG", "assets/my-waves.png", "image/png"),
        ("WEBP", "assets/my-waves.webp", "image/webp"),
    ],
)
def test_a_picture_is_what_its_content_is_whatever_it_is_called(
    draft_id, ctx, kind, path, media_type
):
    asset = add_picture(ctx, draft_id, name="C:\\pictures\\My Wäves.SVG", data=drawing(kind))
    assert (asset.path, asset.media_type) == (path, media_type)
    kept = draft_picture(draft_id, path)
    assert flaws_of_picture(path.removeprefix("assets/"), kept.content) == []
    assert kept.size == len(kept.content)


def test_nothing_of_the_file_is_kept_but_its_colours(draft_id, ctx):
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    for kind in ("JPEG", "PNG", "WEBP"):
        out = io.BytesIO()
        Image.new("RGB", (64, 48), "teal").save(
            out, kind, exif=exif, icc_profile=b"a profile of its own"
        )
        asset = add_picture(ctx, draft_id, name="waves", data=out.getvalue() + b"<script>")
        for secret in (b"A camera", b"a profile", b"<script>", b"Exif", b"eXIf", b"iCCP", b"ICCP"):
            assert secret not in asset.content, (kind, secret)


def test_a_large_picture_becomes_one_that_fits(draft_id, ctx):
    for kind in ("JPEG", "PNG"):
        asset = add_picture(ctx, draft_id, name="noise", data=noise(kind, (1_900, 1_300)))
        assert len(asset.content) <= MAX_PICTURE
        with Image.open(io.BytesIO(asset.content)) as image:
            assert max(image.size) <= drawn_anew.SIDES[0]
            assert min(image.size) > 500


def test_what_one_sees_through_stays_so(draft_id, ctx):
    out = io.BytesIO()
    Image.new("RGBA", (64, 48), (0, 0, 0, 0)).save(out, "PNG")
    asset = add_picture(ctx, draft_id, name="clear.png", data=out.getvalue())
    with Image.open(io.BytesIO(asset.content)) as image:
        assert image.mode == "RGBA"


def test_a_drawing_stays_as_it_is_and_only_draws(draft_id, ctx):
    asset = add_picture(ctx, draft_id, name="Waves.svg", data=PICTURE)
    assert (asset.path, asset.content) == ("assets/waves.svg", PICTURE)
    for bad in (
        PICTURE.replace(b"</svg>", b"<script>alert(1)</script></svg>"),
        PICTURE.replace(b"<svg ", b'<svg onload="alert(1)" '),
        b"<html><body>no drawing</body></html>",
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + PICTURE,
    ):
        with pytest.raises(Invalid) as refused:
            add_picture(ctx, draft_id, name="bad.svg", data=bad)
        assert list(refused.value.fields) == ["picture"]
    assert len(draft_outline(draft_id).pictures) == 1


@pytest.mark.parametrize("data", [b"", b"text", b"GIF89a" + b"\0" * 60, b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(draft_id, ctx, data):
    with pytest.raises(Invalid):
        add_picture(ctx, draft_id, name="waves.png", data=data)


def test_a_name_is_given_once_and_the_same_picture_is_there_once(draft_id, ctx):
    first = add_picture(ctx, draft_id, name="waves.svg", data=PICTURE)
    assert add_picture(ctx, draft_id, name="other.svg", data=PICTURE).id == first.id
    other = add_picture(ctx, draft_id, name="waves.svg", data=PICTURE + b"\n")
    third = add_picture(ctx, draft_id, name="…", data=PICTURE + b"\n\n")
    assert (other.path, third.path) == ("assets/waves-2.svg", "assets/picture.svg")


def test_texts_that_show_a_picture_are_told_of_when_it_goes(draft_id, ctx):
    asset = add_picture(ctx, draft_id, name="waves.svg", data=PICTURE)
    page = add_activity(ctx, add_module(ctx, draft_id, title="One").id, kind="page", title="Read")
    edit_activity(
        ctx, page.id, title="Read", minutes=5, required=True, phase=None, front={},
        body="First.\n\n![Waves](assets/waves.svg)", revision=1,
    )  # fmt: skip
    assert problems(draft_id) == ()
    remove_picture(ctx, asset.id)
    [problem] = problems(draft_id)
    assert (problem.id, problem.line) == (page.id, 3)
    assert all_flaws(draft_outline(draft_id)) == 1


def test_a_preview_shows_the_pictures_of_its_draft(draft_id, ctx):
    add_picture(ctx, draft_id, name="waves.svg", data=PICTURE)
    html = preview_html(draft_id, "![W](assets/waves.svg) [it](assets/waves.svg)")
    address = f"/studio/{draft_id}/files/assets/waves.svg"
    assert f'src="{address}"' in html
    assert f'href="{address}"' in html
    assert "<img" not in preview_html(draft_id, "![W](assets/none.svg)")


def test_a_preview_shows_questions_and_says_what_is_missing(draft_id):
    text = "Before.\n\n## What?\n\n- (x) This\n- ( ) That\n"
    seen = preview(draft_id, kind="quiz", front={"pass": "70"}, body=text, title="Check", minutes=3)
    assert seen.html == "<p>Before.</p>\n"
    assert [question.prompt_html for question in seen.questions] == ["<p>What?</p>\n"]
    assert (seen.settings["pass"], seen.problems, seen.estimate) == (70, (), 2)
    half = preview(draft_id, kind="quiz", front={}, body="Before.\n\n## What?\n", title="Check")
    assert (half.settings, half.questions) == (None, ())
    assert "What?" in half.html
    assert [(p.field, p.line) for p in half.problems] == [("minutes", None), (None, 3)]


def test_pictures_of_another_draft_are_not_found(app, inside, network, draft_id, ctx):
    version = make_version(app, network)
    course = db.session.get_one(CourseVersion, version).course_id
    other = begin_draft(ctx, course)
    assert draft_picture(other.id, "assets/waves.svg").content == PICTURE
    with pytest.raises(NotFound):
        draft_picture(draft_id, "assets/waves.svg")
