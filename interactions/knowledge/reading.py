"""Reads one data file strictly, and can say at which line a key stands.

Numbers with a point stay text, so that a dose reaches ``Decimal`` without ever being a float; only
``true``, ``false``, ``null`` and plain whole numbers mean anything but text. A key written twice is
an error.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml


class KnowledgeError(Exception):
    """A release that cannot be trusted: says the file, the line and the key at fault."""


class _StrictLoader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_PLAIN: Final = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null)?$"), ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]),
    ("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789")),
)
for _tag, _pattern, _first in _PLAIN:
    _StrictLoader.add_implicit_resolver(_tag, _pattern, _first)


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping a file holds; KnowledgeError when it is missing, malformed or no mapping."""
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        # The loader is a SafeLoader with fewer types still.
        data = yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{name}: cannot be read ({error.__class__.__name__})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise KnowledgeError(f"{name}{line}: {problem}") from error
    if not isinstance(data, dict):
        raise KnowledgeError(f"{name}, line 1: must be a mapping of keys")
    return data


def line_of(path: Path, keys: Sequence[str | int]) -> int:
    """The line, counted from 1, of the innermost of ``keys`` that the file really holds."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    line = 1
    for key in keys:
        found = _child(node, key)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if key_node.value == str(key):
                return key_node.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        item = node.value[key]
        return item.start_mark.line + 1, item
    return None
