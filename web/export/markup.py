"""XML, SVG and HTML, with all text escaped."""

from __future__ import annotations

from typing import TypeAlias
from xml.etree.ElementTree import Element

Content: TypeAlias = "Element | str | None"


def element(tag: str, *content: Content, **attributes: str | float | None) -> Element:
    """Return an element; None, in content and attributes, is left out.

    Parameters
    ----------
    tag : str
        Its name.
    *content : Element or str
        What is in it.
    **attributes : str or float
        ``_`` stands for ``-``, and one at the end is dropped, as in ``class_``.

    Examples
    --------
    >>> from xml.etree.ElementTree import tostring
    >>> tostring(element("p", "a < b, ", element("b", "c"), class_="x"))
    b'<p class="x">a &lt; b, <b>c</b></p>'
    """
    made = Element(
        tag,
        {
            name.removesuffix("_").replace("_", "-"): _said(value)
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


def _said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
