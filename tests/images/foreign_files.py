"""Files in formats that aren't accepted, and files that are no pictures at all."""

import base64
import gzip
import struct
from functools import partial

from tests.images.formats import PNG_MAGIC, photo, saved, tiff
from tests.images.heif import box
from tests.images.hostile_files import zipped
from tests.images.odd import PAYLOAD, Odd
from tests.images.odd_jpegs import jpeg

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
ENTITY = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\nshowpage\n"


def in_format(kind: str, mode: str = "RGB") -> bytes:
    """The photo in a format that Pillow writes."""
    return saved(photo().convert(mode), kind)


def apple_icon() -> bytes:
    """An ICNS of one PNG."""
    entry = in_format("PNG")
    return b"icns" + struct.pack(">I4sI", len(entry) + 16, b"ic07", len(entry) + 8) + entry


def pdf() -> bytes:
    """A PDF of one empty page, without the table that readers rebuild."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    objects = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    body = b"".join(b"%d 0 obj%sendobj\n" % (number, body) for number, body in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R/Size 4>>\n%%EOF"


def postscript_with_preview() -> bytes:
    """An EPS behind the header that announces its preview."""
    return b"\xc5\xd0\xd3\xc6" + struct.pack("<7I", 32, len(POSTSCRIPT), 0, 0, 0, 0, 0xFFFF) + POSTSCRIPT


def photoshop() -> bytes:
    """A PSD of one gray pixel."""
    return b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 1, 1, 1, 8, 1) + bytes(12) + b"\0\0\x7f"


def program() -> bytes:
    """The header of an ELF executable."""
    return b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack("<HHI", 2, 62, 1) + bytes(40)


NOTHING = {
    "empty.jpg": Odd(bytes, "refused", "no bytes"),
    "one-byte.jpg": Odd(lambda: b"\xff", "refused", "one byte"),
    "zeros.jpg": Odd(lambda: bytes(10_000), "refused", "nothing but zeros"),
    "magic-only.jpg": Odd(lambda: b"\xff\xd8\xff", "refused", "only a signature"),
    "start-and-end-only.jpg": Odd(lambda: b"\xff\xd8\xff\xd9", "refused", "nothing in between"),
    "magic-only.png": Odd(lambda: PNG_MAGIC, "refused", "only a signature"),
    "magic-only.gif": Odd(lambda: b"GIF89a", "refused", "only a signature"),
    "magic-only.webp": Odd(lambda: b"RIFF\x04\0\0\0WEBP", "refused", "only a signature"),
    "magic-only.avif": Odd(lambda: box(b"ftyp", b"avif\0\0\0\0avifmif1"), "refused", "only a signature"),
    "magic-only.heic": Odd(lambda: box(b"ftyp", b"heic\0\0\0\0heicmif1"), "refused", "only a signature"),
}

PICTURES = {
    "windows.bmp": Odd(partial(in_format, "BMP"), "refused", "BMP isn't accepted"),
    "scan.tiff": Odd(partial(in_format, "TIFF"), "refused", "TIFF isn't accepted"),
    "header.tiff": Odd(lambda: tiff(), "refused", "a TIFF without a picture"),
    "icon.ico": Odd(partial(in_format, "ICO"), "refused", "ICO isn't accepted"),
    "icon.icns": Odd(apple_icon, "refused", "ICNS isn't accepted"),
    "jpeg-2000.jp2": Odd(partial(in_format, "JPEG2000"), "refused", "JPEG 2000 isn't accepted"),
    "netpbm.ppm": Odd(partial(in_format, "PPM"), "refused", "PPM isn't accepted"),
    "truevision.tga": Odd(partial(in_format, "TGA"), "refused", "TGA isn't accepted"),
    "paintbrush.pcx": Odd(partial(in_format, "PCX"), "refused", "PCX isn't accepted"),
    "surface.dds": Odd(partial(in_format, "DDS"), "refused", "DDS isn't accepted"),
    "bitmap.xbm": Odd(partial(in_format, "XBM", "1"), "refused", "XBM isn't accepted"),
    "pixmap.xpm": Odd(
        lambda: b'/* XPM */\nstatic char *x[] = {\n"1 1 1 1",\n"a c #ff0000",\n"a"\n};\n',
        "refused",
        "XPM",
    ),
    "photoshop.psd": Odd(photoshop, "refused", "PSD isn't accepted"),
    "jpeg-xl.jxl": Odd(lambda: b"\xff\x0a" + bytes(60), "refused", "JPEG XL isn't accepted"),
    "jpeg-xl-boxes.jxl": Odd(
        lambda: box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl "),
        "refused",
        "JPEG XL isn't accepted",
    ),
    "film.mp4": Odd(
        lambda: box(b"ftyp", b"isom\0\0\2\0isomavc1mp41") + box(b"mdat", bytes(999)), "refused", "a film"
    ),
    "postscript.eps": Odd(lambda: POSTSCRIPT, "refused", "a program, never to reach an interpreter"),
    "postscript-called.jpg": Odd(lambda: POSTSCRIPT, "refused", "a program under a picture's name"),
    "postscript-with-preview.eps": Odd(postscript_with_preview, "refused", "a program behind a header"),
    "page.pdf": Odd(pdf, "refused", "PDF isn't accepted"),
    "plain.svg": Odd(lambda: SVG, "refused", "SVG isn't accepted"),
    "zipped.svgz": Odd(lambda: gzip.compress(SVG, mtime=0), "refused", "SVG, zipped"),
    "byte-order-mark.svg": Odd(lambda: b"\xef\xbb\xbf" + SVG, "refused", "SVG behind a byte order mark"),
    "comment-first.svg": Odd(
        lambda: b"<!-- " + b"x" * 5_000 + b" -->\n \n" + SVG, "refused", "SVG behind a long comment"
    ),
    "utf-16.svg": Odd(lambda: SVG.decode().encode("utf-16"), "refused", "SVG in UTF-16"),
    "external-entity.svg": Odd(
        lambda: ENTITY + SVG.replace(b"<rect", b"<text>&x;</text><rect"),
        "refused",
        "SVG that reads a file",
    ),
    "script.svg": Odd(lambda: SVG.replace(b"<rect", PAYLOAD + b"<rect"), "refused", "SVG with a script"),
    "drawing.mvg": Odd(
        lambda: b"push graphic-context\nimage over 0,0 0,0 'label:@/etc/passwd'\npop graphic-context\n",
        "refused",
        "ImageMagick's commands",
    ),
    "playlist.m3u8": Odd(
        lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "refused", "a list that names files"
    ),
}

OTHERS = {
    "page.html": Odd(lambda: b"<!DOCTYPE html><html>" + PAYLOAD, "refused", "a page"),
    "page-called.jpg": Odd(lambda: b"<!DOCTYPE html><html>" + PAYLOAD, "refused", "a page as a picture"),
    "document.xml": Odd(lambda: b'<?xml version="1.0"?><recipe/>', "refused", "XML"),
    "answer.json": Odd(lambda: b'{"url": "https://example.com/a.jpg"}', "refused", "JSON"),
    "words.txt": Odd(lambda: "Crème brûlée\n".encode() * 50, "refused", "text"),
    "base64.txt": Odd(lambda: base64.b64encode(jpeg()), "refused", "a JPEG as text"),
    "archive.zip": Odd(zipped, "refused", "a ZIP"),
    "archive-of-jpeg.gz": Odd(lambda: gzip.compress(jpeg(), mtime=0), "refused", "a JPEG, zipped"),
    "program.elf": Odd(program, "refused", "an executable"),
    "program.exe": Odd(
        lambda: b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0", "refused", "a program"
    ),
    "sound.wav": Odd(
        lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(28), "refused", "RIFF as WebP is, but sound"
    ),
}

FILES = {**NOTHING, **PICTURES, **OTHERS}
