"""By which words a product is found: what its title, id and SKUs are looked for by, as an index can hold it."""

import re
from typing import Final

from campaigns.domain.products.catalogue import Product

LONGEST: Final = 100
"""Characters of a term; nobody looks for more."""
MOST: Final = 200
"""Terms of a title; what stands behind them is found by what stands before."""
STARTS: Final = re.compile(r"(?<!\S)\S|(?<!\w)\w|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Where a term begins: with a word, with what stands around it, and with each character of scripts without spaces."""


def terms_of(product: Product) -> tuple[str, ...]:
    """The title from each of its words on, the id and the SKUs; a product is found by how one of them begins."""
    title = looked_for(product.title)
    starts = [match.start() for match in STARTS.finditer(title)][:MOST]
    names = (product.id, *(variant.sku for variant in product.variants if variant.sku))
    terms = (*(title[start:] for start in starts), *map(looked_for, names))
    return tuple(dict.fromkeys(term[:LONGEST].rstrip() for term in terms))


def looked_for(text: str) -> str:
    """Caseless, with one space between words."""
    return " ".join(text.casefold().split())
