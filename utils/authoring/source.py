"""What the source of a code cell contains: calls, names it assigns, exception handling."""

import ast

from IPython.core.inputtransformer2 import TransformerManager


def is_python(source: str) -> bool:
    """Whether a cell can be parsed, lines with % or ! included."""
    try:
        ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return False
    return True


def tree(source: str) -> ast.Module:
    """A cell's syntax tree; lines with % or ! become the calls that IPython makes of them.

    The tree of a cell that is no Python is empty.
    """
    return ast.parse(TransformerManager().transform_cell(source) if is_python(source) else "")


def calls(source: str) -> list[str]:
    """The names of all functions called, without what stands before the dot."""
    functions = [node.func for node in ast.walk(tree(source)) if isinstance(node, ast.Call)]
    return [name for name in map(_last_name, functions) if name]


def checks(source: str) -> list[str]:
    """The names of the exercises checked: `name` for each call check.name(...)."""
    functions = [node.func for node in ast.walk(tree(source)) if isinstance(node, ast.Call)]
    return [
        function.attr
        for function in functions
        if isinstance(function, ast.Attribute) and _last_name(function.value) == "check"
    ]


def calls_without(source: str, functions: frozenset[str], argument: str) -> list[str]:
    """Which of these functions are called without that keyword argument (a call with **arguments may have it)."""
    found = [
        node for node in ast.walk(tree(source)) if isinstance(node, ast.Call) and _last_name(node.func) in functions
    ]
    return [
        _last_name(node.func) for node in found if not any(keyword.arg in (argument, None) for keyword in node.keywords)
    ]


def assigned_names(source: str) -> set[str]:
    """The names that a cell binds at its top level: variables, functions, classes."""
    names = set()
    for node in tree(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                names |= {part.id for part in ast.walk(target) if _is_bound(part)}
    return names


def has_try(source: str) -> bool:
    """Whether a cell catches exceptions."""
    return any(isinstance(node, ast.ExceptHandler) for node in ast.walk(tree(source)))


def _is_bound(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _last_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
