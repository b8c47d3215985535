"""XML to a tree: what is inside the file is resolved, nothing outside of it is ever read."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any

from pqreuse.readers.ledger import UnusableError, one_line
from pqreuse.readers.sources import Source

if TYPE_CHECKING:
    from lxml import etree


# Well-formed XML that the parser refuses, by its messages.
_REFUSED = {
    "amplification": "refused, its entities stand for very much more than is in the file",
    "reference loop": "refused, an entity in it stands for itself",
    "excessive depth": "refused, its elements are nested deeper than any answer's",
    "text node": "refused, a text in it is longer than any answer",
}


def parse_xml(source: Source) -> etree._Element:
    """Parse a whole file.

    Raises
    ------
    UnusableError
        If it is not well-formed XML, or has entities that must not be resolved (external ones, bombs).
    """
    from lxml import etree

    # Internal entities are those of the old files (&pound;); all others are refused, and so are entity bombs.
    entities: Any = "internal"
    parser = etree.XMLParser(
        resolve_entities=entities,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    data = source.read()
    if source.damage:
        raise UnusableError(source.damage)
    try:
        return etree.fromstring(data.removeprefix(BOM_UTF8).lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f" at line {line}" if line else ""
        why = one_line(str(error).partition(", line ")[0], 120)
        refused = next((reason for words, reason in _REFUSED.items() if words in why.casefold()), None)
        if refused is not None:
            raise UnusableError(f"{refused}{place}: take that out if you trust the rest") from None
        if why.startswith("Entity "):
            why += " in the file itself, and nothing outside of it is ever read"
        raise UnusableError(f"no well-formed XML{place} ({why}): mend it or download the file again") from None
