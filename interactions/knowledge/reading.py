"""Reads one data file strictly, and can say at which line a key stands.

Numbers with a point stay text, so that a dose reaches ``Decimal`` without ever being a float; only
``true``, ``false``, ``null`` and plain whole numbers mean anything but text. A key written twice is
an error.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml


class KnowledgeError(Exception):
    """A release that cannot be trusted: says the file, the line and the key at fault."""


class _StrictLoader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_PLAIN: Final = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null)?$"), ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]),
    ("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789")),
)
for _tag, _pattern, _first in _PLAIN:
    _StrictLoader.add_implicit_resolver(_tag, _pattern, _first)


_SCALARS: Final[Mapping[str, Callable[[str], Any]]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:int": int,
}


def read_mapping(folder: Path, file: str) -> dict[str, Any]:
    """The mapping a file of a release holds; KnowledgeError when it is missing, malformed or no mapping."""
    name = f"{folder.name}/{file}"
    try:
        text = (folder / file).read_text(encoding="utf-8")
        # Composed in C and built here: the library's constructor takes twice as long, and builds more than is read.
        node = yaml.compose(text, Loader=_StrictLoader)
        data = None if node is None else _value(node, ())
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


def _value(node: yaml.Node, above: tuple[yaml.Node, ...]) -> Any:
    """What a node holds. ``above`` are the collections it stands in: it cannot be one of them."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if any(node is each for each in above):
        raise _not_read(node, "holds itself")
    inside = (*above, node)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_value(each, inside) for each in node.value]
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return _mapping(node, inside)
    raise _not_read(node, f"{node.tag!r} is not read")


def _mapping(node: yaml.MappingNode, inside: tuple[yaml.Node, ...]) -> dict[Any, Any]:
    built: dict[Any, Any] = {}
    for key_node, value in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _not_read(key_node, "a key must be one word")
        key = _scalar(key_node)
        if key in built:
            raise _not_read(key_node, f"key {key!r} is written twice")
        built[key] = _value(value, inside)
    return built


def _scalar(node: yaml.ScalarNode) -> Any:
    try:
        return _SCALARS[node.tag](node.value)
    except (KeyError, ValueError) as error:
        raise _not_read(node, f"{node.tag!r} is not read") from error


def _not_read(node: yaml.Node, problem: str) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


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
