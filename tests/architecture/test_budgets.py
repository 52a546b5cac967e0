"""Rooms stay small, and every deed and rule says what it does."""

import ast

from tests.architecture.house import Function, functions, is_room, name_of, source_files, tree_of

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_VIEW = 15


def lines_of(function: Function) -> int:
    """The lines of a function from its `def` on."""
    return (function.end_lineno or 0) - function.lineno + 1


def body_lines(function: Function) -> int:
    """The lines of a function below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_files_fit_their_budget() -> None:
    sizes = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in source_files(tests=True)}
    found = [f"{name}: {lines}" for name, lines in sizes.items() if lines > LONGEST_FILE]
    assert not found, "\n".join(found)


def test_functions_fit_their_budget() -> None:
    found = [
        f"{name_of(path)}:{function.lineno} {function.name}: {lines_of(function)}"
        for path in source_files()
        for function in functions(path)
        if lines_of(function) > LONGEST_FUNCTION
    ]
    assert not found, "\n".join(found)


def test_views_parse_authorise_call_and_answer() -> None:
    found = [
        f"{name_of(path)}:{function.lineno} {function.name}: {body_lines(function)}"
        for path in source_files()
        if is_room(path, "views", "api")
        for function in functions(path)
        if body_lines(function) > LONGEST_VIEW
    ]
    assert not found, "\n".join(found)


def test_every_public_action_and_rule_has_a_docstring() -> None:
    found = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in source_files()
        if is_room(path, "actions", "rules")
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not found, "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    found = [
        f"{name_of(path)}:{number} {line.strip()}"
        for path in source_files(tests=True)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if any(word in line for word in words)
    ]
    assert not found, "\n".join(found)
