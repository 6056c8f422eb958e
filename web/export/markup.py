"""Build XML, SVG and HTML elements with escaped text."""

from __future__ import annotations

from typing import TypeAlias
from xml.etree.ElementTree import Element

Content: TypeAlias = "Element | str | None"


def element(tag: str, *content: Content, **attributes: str | float | None) -> Element:
    """Return an element; content and attributes that are None are left out.

    Parameters
    ----------
    tag : str
        Tag name.
    *content : Element or str
        Children and text.
    **attributes : str or float
        In names, ``_`` becomes ``-``, and a trailing ``_`` is dropped, as in ``class_``.

    Examples
    --------
    >>> from xml.etree.ElementTree import tostring
    >>> tostring(element("p", "a < b, ", element("b", "c"), class_="x"))
    b'<p class="x">a &lt; b, <b>c</b></p>'
    """
    made = Element(
        tag,
        {
            name.removesuffix("_").replace("_", "-"): _formatted(value)
            for name, value in attributes.items()
            if value is not None
        },
    )
    for part in content:
        if isinstance(part, Element):
            made.append(part)
        elif part is not None and len(made):
            made[-1].tail = (made[-1].tail or "") + part
        elif part is not None:
            made.text = (made.text or "") + part
    return made


def _formatted(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
