"""Generate the JSON schema of all messages between the server and its page.

The types of the page, ``web/page/src/server/wire.generated.ts``, are generated from it, in
``web/page``::

    python -m web.schema | npm run --silent wire > src/server/wire.generated.ts
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias, get_args

from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from inference import Emotion
from recommender import LicenceClass
from web.app import ROUTERS
from web.downloads import Download
from web.problem import Code, Problem
from web.routes.devices import LevelReading
from web.wire import AnyEvent

Schema: TypeAlias = dict[str, Any]

REF: Final = "#/definitions/{model}"
ENUMS: Final = {
    "Code": get_args(Code),
    "Emotion": get_args(Emotion),
    "LicenceClass": get_args(LicenceClass),
}
"""Values of each enumeration, by the name of its type."""

UNROUTED: Final = (AnyEvent, Download, LevelReading, Problem)
"""Messages that no route returns: they are sent over WebSockets, or as errors."""


class _SchemaGenerator(GenerateJsonSchema):
    """Marks all fields of sent messages as required, including those with a default."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def wire_schema() -> Schema:
    """Return the schema of an object with one property for each type of message."""
    adapters = [
        (str(number), mode, TypeAdapter(type_)) for number, (mode, type_) in enumerate(_messages())
    ]
    roots, parts = TypeAdapter.json_schemas(
        adapters, schema_generator=_SchemaGenerator, ref_template=REF
    )
    definitions = {
        **{name: {"enum": list(values)} for name, values in ENUMS.items()},
        **{name: _draft_7(schema) for name, schema in parts["$defs"].items()},
        "AnyEvent": _draft_7(roots["0", "serialization"]),
    }
    return {
        "title": "Messages",
        "type": "object",
        "properties": {name: {"$ref": REF.format(model=name)} for name in sorted(definitions)},
        "required": sorted(definitions),
        "definitions": definitions,
    }


def _messages() -> Iterator[tuple[Literal["serialization", "validation"], Any]]:
    """Yield the type of each message and whether the server sends it or validates it."""
    for type_ in UNROUTED:
        yield "serialization", type_
    for router in ROUTERS:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                continue
            if route.response_model is not None:
                yield "serialization", route.response_model
            for body in route.dependant.body_params:
                yield "validation", body.field_info.annotation


def _draft_7(schema: Any) -> Any:
    """Convert a schema to draft 7 of JSON Schema.

    Enumerated keys become properties, which are required if the object must have all of them.
    Titles and defaults are left out: each would become a type of its own.
    """
    if isinstance(schema, list):
        return [_draft_7(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    for name, values in ENUMS.items():
        if schema.get("enum") == list(values):
            return {"$ref": REF.format(model=name)}
    converted = {
        keyword: {name: _draft_7(each) for name, each in part.items()}
        if keyword == "properties"
        else _draft_7(part)
        for keyword, part in schema.items()
        if keyword not in ("title", "default", "propertyNames")
    }
    if "prefixItems" in converted:
        converted["items"] = converted.pop("prefixItems")
    else:
        # json2ts would turn a list with limits into a union of tuples, one for each length.
        for keyword in ("minItems", "maxItems"):
            converted.pop(keyword, None)
    if keys := schema.get("propertyNames", {}).get("enum"):
        converted["properties"] = dict.fromkeys(keys, converted.pop("additionalProperties"))
        converted["required"] = keys if converted.get("minProperties") == len(keys) else []
    return converted


if __name__ == "__main__":
    print(json.dumps(wire_schema(), indent=1))
