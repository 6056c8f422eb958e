"""The OpenAPI document from which the types of the page are generated.

It has the contents of ``/openapi.json`` and the messages of the WebSockets. To generate the types,
``web/page/src/server/wire.generated.ts``, run in ``web/page``::

    python -m web.schema | npm run --silent wire > src/server/wire.generated.ts
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from fastapi import FastAPI
from pydantic import TypeAdapter

from web.app import ROUTERS
from web.downloads import Download
from web.problem import Problem
from web.routes.devices import LevelReading
from web.wire import AnyEvent

Schema: TypeAlias = dict[str, Any]

REF: Final = "#/components/schemas/"

UNROUTED: Final[dict[str, Any]] = {
    "AnyEvent": AnyEvent,
    "Download": Download,
    "LevelReading": LevelReading,
    "Problem": Problem,
}
"""Types that no route returns: they are sent over WebSockets, or as errors."""


def wire_schema() -> Schema:
    """Return the OpenAPI document of all messages that the server sends or accepts."""
    app = FastAPI(title="Moodcue")
    for router in ROUTERS:
        app.include_router(router)
    document = app.openapi()
    schemas: Schema = document["components"]["schemas"]
    for name, type_ in UNROUTED.items():
        schema = TypeAdapter(type_).json_schema(
            mode="serialization", ref_template=f"{REF}{{model}}"
        )
        schemas.update({**schema.pop("$defs", {}), name: schema})
    sent = [schemas[name] for name in UNROUTED] + [
        operation["responses"] for path in document["paths"].values() for operation in path.values()
    ]
    for name in UNROUTED.keys() | _referenced(sent, schemas):
        _require_all(schemas[name])
    return dict(_with_properties(document))


def _referenced(part: Any, schemas: Schema) -> set[str]:
    """Return the names of all schemas that a part of the document references, at any depth."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        for name in set(_references(waiting.pop())) - found:
            found.add(name)
            waiting.append(schemas[name])
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(ref := part.get("$ref"), str):
            yield ref.removeprefix(REF)
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _references(each)


def _require_all(schema: Schema) -> None:
    """Mark all properties as required, because the server also sends those with a default."""
    if "properties" in schema:
        schema["required"] = list(schema["properties"])


def _with_properties(part: Any) -> Any:
    """Turn enumerated keys into properties, for more precise types, and drop titles."""
    if isinstance(part, list):
        return [_with_properties(each) for each in part]
    if not isinstance(part, dict):
        return part
    part = {
        name: _with_properties(each)
        for name, each in part.items()
        if not (name == "title" and isinstance(each, str))
    }
    if keys := part.get("propertyNames", {}).get("enum"):
        part["properties"] = dict.fromkeys(keys, part.pop("additionalProperties"))
        part["required"] = keys if part.get("minProperties") == len(keys) else []
        del part["propertyNames"]
    return part


if __name__ == "__main__":
    print(json.dumps(wire_schema(), indent=1))
