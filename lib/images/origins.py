"""What a picture says of how it came to be, in IPTC's words: all that is kept of its metadata.

The field is `Iptc4xmpExt:DigitalSourceType` of IPTC's Photo Metadata Standard, its values those of
https://cv.iptc.org/newscodes/digitalsourcetype/. Who sees a picture that nobody took has a right to
know, so the label outlasts every change of size and format; other metadata doesn't.
"""

import re
from typing import Literal, cast, get_args

Origin = Literal[
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "compositeSynthetic",
]
"""Made by a trained model, in part by one, by a plain algorithm, or put together with such parts."""

_SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_NAMED = re.compile(rf"{re.escape(_SCHEME)}({'|'.join(get_args(Origin))})(?![A-Za-z])")
_LONGEST = 200_000
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about=""'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    f' Iptc4xmpExt:DigitalSourceType="{_SCHEME}%s"/>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)


def read(xmp: object) -> Origin | None:
    """The origin that a picture's XMP names; None where it names none of these."""
    if isinstance(xmp, bytes):
        xmp = xmp[:_LONGEST].decode(errors="replace")
    found = _NAMED.search(xmp[:_LONGEST]) if isinstance(xmp, str) else None
    return cast(Origin, found[1]) if found else None


def packet(origin: Origin) -> str:
    """XMP that says it, and nothing else."""
    return _PACKET % origin
