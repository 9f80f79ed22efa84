"""Faces for the demo network, drawn by us: circles and arcs, in colours of their own."""

import io
import random

from PIL import Image, ImageDraw

SIDE = 320
GROUNDS = ("#d8e2dc", "#f4e3c1", "#c9d6df", "#e8d5e0", "#d5e8d4", "#e5dcd0")
# Nobody's own: a drawing chosen by chance says nothing about whom it stands for.
SKINS = ("#f2b5a7", "#f5c977", "#9cc5b0", "#a9b8e0", "#d7a6c8", "#8fc1cf")
HAIRS = ("#2f3e46", "#5b3a5e", "#1f5a5a", "#7a3b2e", "#33415c", "#6b705c")
SHIRTS = ("#0f5c5c", "#a4502f", "#345995", "#6b4e71", "#4f6d3a", "#b58a2f")


def draw_face(key: str) -> bytes:
    """Return a picture of somebody as a PNG file; the same key has the same face."""
    chance = random.Random(key)  # a drawing, not a secret
    image = Image.new("RGB", (SIDE, SIDE), chance.choice(GROUNDS))
    pen = ImageDraw.Draw(image)
    skin, hair = chance.choice(SKINS), chance.choice(HAIRS)
    long = chance.random() < 0.5
    if long:
        pen.ellipse((70, 50, 250, 300), hair)
    pen.ellipse((50, 240, 270, 460), chance.choice(SHIRTS))
    pen.rectangle((138, 200, 182, 260), skin)
    pen.ellipse((90, 70, 230, 240), skin)
    pen.pieslice((84, 52, 236, 210), 180, 360, hair)
    if chance.random() < 0.3:
        pen.ellipse((120, 24, 200, 90), hair)
    for middle in (130, 190):
        pen.ellipse((middle - 8, 142, middle + 8, 158), "#221b18")
    if chance.random() < 0.35:
        for middle in (130, 190):
            pen.ellipse((middle - 24, 126, middle + 24, 174), outline="#221b18", width=5)
        pen.line((154, 150, 166, 150), "#221b18", 5)
    pen.arc((128, 160, 192, 212), 20, 160, "#6b2f22", 6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
