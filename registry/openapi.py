"""The API's document, completed from what the registers declare: records, filters, preconditions, one form of error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from plugins import manager
from registry import finding, shapes
from registry.problems import MEDIA_TYPE, Problem
from registry.register import Field, FieldType, Register

Json = dict[str, Any]

_TYPES: dict[FieldType, Json] = {
    FieldType.DATE: {"type": ["string", "null"], "format": "date"},
    FieldType.INTEGER: {"type": ["integer", "null"]},
    FieldType.DECIMAL: {"type": ["number", "null"]},
    FieldType.CODES: {"type": "array", "items": {"type": "string"}},
    FieldType.NAMES: {"type": "array", "items": {"type": "string"}},
    FieldType.FLAG: {"type": "boolean"},
    FieldType.ROWS: {"type": "array", "items": {"type": "object"}},
}
_IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "所见版本，即读取时的 ETag；与现行版本不符时答 412。",
    "schema": {"type": "string"},
}
_CHANGING = ("patch /{record_id}", "post /{record_id}/withdraw", "post /{record_id}/reinstate")
_ANSWERED = {"get /{record_id}": "200", "post ": "201", **dict.fromkeys(_CHANGING, "200")}


class CompletedJson(JsonRenderPlugin):
    """Serves the document that Litestar draws up, completed."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document as JSON."""
        complete(openapi_schema)
        return super().render(request, openapi_schema)


def complete(document: Json) -> None:
    """Fill in what handlers cannot say by their types; a second time changes nothing."""
    _, schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    document["components"].setdefault("schemas", {}).update(schemas)
    for operation in _operations(document):
        _one_form_of_error(operation)
    for register in manager.registers().values():
        document["components"]["schemas"].update(_record_schemas(register))
        _complete_register(document["paths"], register)
    _complete_search(document["paths"]["/api/v1/search"]["get"])


def _operations(document: Json) -> Iterator[Json]:
    for methods in document["paths"].values():
        yield from methods.values()


def _one_form_of_error(operation: Json) -> None:
    """Every refusal, whatever its status, is a problem."""
    answers = operation["responses"]
    for status in [status for status in answers if status.startswith(("4", "5")) and status != "503"]:
        del answers[status]
    schema = {"$ref": "#/components/schemas/Problem"}
    answers["default"] = {"description": "RFC 9457", "content": {MEDIA_TYPE: {"schema": schema}}}


def _record_schemas(register: Register) -> Json:
    """A record as it is read whole, and as an item of a list."""
    item = [field for field in register.public if field.type not in shapes.NOT_LISTED]
    derived = [field for field in register.fields if field.derived]
    name = register.kind.capitalize()
    whole = _object([*register.public, *derived], {"withdrawn": "boolean", "created_at": "string"})
    private = _object([field for field in register.stored if field.private], {})
    whole["properties"]["private"] = private | {"type": ["object", "null"], "description": "只对有权者出现。"}
    if register.companion is not None:
        whole["properties"][register.companion.name] = {"type": "array", "items": {"type": "object"}}
        whole["required"].append(register.companion.name)
    return {name: whole, f"{name}Item": _object([*item, *derived], {})}


def _object(fields: list[Field], more: Mapping[str, str]) -> Json:
    of_all = {"kind": "string", "id": "string", "version": "integer", "updated_at": "string", **more}
    properties: Json = {name: {"type": kind} for name, kind in of_all.items()} if more or len(fields) > 2 else {}
    for field in fields:
        unit = f"（{field.unit}）" if field.unit else ""
        shape = _TYPES.get(field.type, {"type": ["string", "null"]})
        properties[field.name] = shape | {"description": f"{field.label}{unit}"}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _complete_register(paths: Json, register: Register) -> None:
    base, name = f"/api/v1/{register.plural}", register.kind.capitalize()
    for act, status in _ANSWERED.items():
        method, _, below = act.partition(" ")
        operation = paths[base + below][method]
        _answer(operation, status, {"$ref": f"#/components/schemas/{name}"})
        if act in _CHANGING:
            _add_parameter(operation, _IF_MATCH)
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}Item"}}
    properties = {"items": items, "next_cursor": {"type": ["string", "null"]}}
    page = {"type": "object", "properties": properties, "required": list(properties)}
    _answer(paths[base]["get"], "200", page)


def _answer(operation: Json, status: str, schema: Json) -> None:
    operation["responses"][status]["content"] = {"application/json": {"schema": schema}}


def _complete_search(operation: Json) -> None:
    """Every facet is a filter."""
    for facet in finding.facet_names():
        if facet != "kind":
            told = "按此分面筛选；多个值用逗号分隔，满足其一即可。"
            schema = {"type": "string"}
            _add_parameter(operation, {"name": facet, "in": "query", "description": told, "schema": schema})


def _add_parameter(operation: Json, parameter: Json) -> None:
    known = operation.setdefault("parameters", [])
    if all(one["name"] != parameter["name"] for one in known):
        known.append(parameter)
