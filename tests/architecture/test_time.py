"""The clock is read at the door and nowhere else; schedules are columns, not messages."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import dotted, functions, is_room, name_of, source_files, tree_of, type_of_function

CLOCKS = (
    "timezone.now", "timezone.localtime", "timezone.localdate", "datetime.now", "datetime.utcnow", "datetime.today",
    "date.today", "time.time", "datetime.datetime.now", "datetime.date.today",
)  # fmt: skip
ROOMS_WITHOUT_CLOCK = ("actions", "queries", "models", "rules", "forms")


def calls(node: ast.AST) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            yield inner


def reads_clock(call: ast.Call) -> bool:
    name = dotted(call.func)
    return any(name == clock or name.endswith(f".{clock}") for clock in CLOCKS)


def at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs when a module is imported: everything outside function bodies, and their defaults."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (*type_of_function, ast.Lambda)):
            waiting += [default for default in (*node.args.defaults, *node.args.kw_defaults) if default]
            waiting += getattr(node, "decorator_list", [])
        else:
            waiting += ast.iter_child_nodes(node)


def places(rooms: tuple[str, ...]) -> Iterator[Path]:
    return (path for path in source_files() if is_room(path, *rooms))


def test_no_module_reads_the_clock_when_it_is_imported() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in source_files(tests=True)
        for node in at_import(tree_of(path))
        if isinstance(node, ast.Call) and reads_clock(node)
    ]
    assert not found, "\n".join(found)


def test_below_the_door_now_is_an_argument() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in source_files()
        if is_room(path, *ROOMS_WITHOUT_CLOCK)
        or (name_of(path).startswith("interactions/") and not is_room(path, "views"))
        for call in calls(tree_of(path))
        if reads_clock(call)
    ]
    assert not found, "\n".join(found)


def test_no_message_carries_a_date() -> None:
    found = [
        f"{name_of(path)}:{keyword.value.lineno} {keyword.arg}"
        for path in source_files()
        if not name_of(path).startswith("benchmarks/peers/")  # what the product is measured against does carry one
        for call in calls(tree_of(path))
        for keyword in call.keywords
        if keyword.arg in {"eta", "countdown"}
    ]
    assert not found, "\n".join(found)


def test_actions_start_no_tasks() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in places(("actions",))
        for call in calls(tree_of(path))
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"delay", "apply_async", "send_task"}
    ]
    assert not found, "\n".join(found)


def test_nothing_listens_to_signals() -> None:
    decorated = [
        f"{name_of(path)}:{function.lineno}"
        for path in source_files()
        for function in functions(path)
        if any("receiver" in ast.unparse(decorator) for decorator in function.decorator_list)
    ]
    connected = [
        f"{name_of(path)}:{call.lineno}"
        for path in source_files()
        if not name_of(path).startswith("benchmarks/")  # connects to databases
        for call in calls(tree_of(path))
        if dotted(call.func).endswith(".connect") and not dotted(call.func).startswith(("socket", "connection"))
    ]
    assert not decorated + connected, "\n".join(decorated + connected)


def test_a_deed_takes_its_actor_and_now_by_keyword_only() -> None:
    found = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in places(("actions",))
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if {"by", "job"} & {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
        if node.args.args or "now" not in {argument.arg for argument in node.args.kwonlyargs}
    ]
    assert not found, "\n".join(found)
