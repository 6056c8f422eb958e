"""The JSON schema of all that the server and its page say to each other.

The page's types, ``web/page/src/server/wire.generated.ts``, are made from it, in ``web/page``::

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
NAMED: Final = {
    "Code": get_args(Code),
    "Emotion": get_args(Emotion),
    "LicenceClass": get_args(LicenceClass),
}
"""Words out of a list, by the name of the list."""

UNROUTED: Final = (AnyEvent, Download, LevelReading, Problem)
"""What no route returns: it is sent by WebSockets, or where a route fails."""


class _Schemas(GenerateJsonSchema):
    """What is sent always has all its fields, also those with a default."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def wire_schema() -> Schema:
    """Return the schema of an object that has every message under its name."""
    said = [(str(number), mode, TypeAdapter(type_)) for number, (mode, type_) in enumerate(_said())]
    roots, parts = TypeAdapter.json_schemas(said, schema_generator=_Schemas, ref_template=REF)
    definitions = {
        **{name: {"enum": list(values)} for name, values in NAMED.items()},
        **{name: _plain(schema) for name, schema in parts["$defs"].items()},
        "AnyEvent": _plain(roots["0", "serialization"]),
    }
    return {
        "title": "Messages",
        "type": "object",
        "properties": {name: {"$ref": REF.format(model=name)} for name in sorted(definitions)},
        "required": sorted(definitions),
        "definitions": definitions,
    }


def _said() -> Iterator[tuple[Literal["serialization", "validation"], Any]]:
    """Yield the type of each message, and whether the server sends or reads it."""
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


def _plain(schema: Any) -> Any:
    """Say in the words of JSON Schema's draft 7.

    Keys out of a list become properties; all of them are required where none may be missing.
    Titles and defaults are left out: each would become a type of its own.
    """
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    for name, values in NAMED.items():
        if schema.get("enum") == list(values):
            return {"$ref": REF.format(model=name)}
    plain = {
        word: {name: _plain(each) for name, each in part.items()}
        if word == "properties"
        else _plain(part)
        for word, part in schema.items()
        if word not in ("title", "default", "propertyNames")
    }
    if "prefixItems" in plain:
        plain["items"] = plain.pop("prefixItems")
    else:
        # Of lists, TypeScript would make a tuple of each length there may be.
        plain = {word: part for word, part in plain.items() if word not in ("minItems", "maxItems")}
    if keys := schema.get("propertyNames", {}).get("enum"):
        plain["properties"] = dict.fromkeys(keys, plain.pop("additionalProperties"))
        plain["required"] = keys if plain.get("minProperties") == len(keys) else []
    return plain


if __name__ == "__main__":
    print(json.dumps(wire_schema(), indent=1))
