"""Derived columns: small exact expressions over a table's columns, written in the suites and evaluated with Decimal.

An expression knows names, numbers, texts in quotes, `+ - * /`, comparisons, `and`, `or`, `not`, `a if c else b` and
the functions at the end. Everything is None-safe: what cannot be known (a blank cell, a division by zero) is None, and
None makes every arithmetic and comparison None; `and` and `or` follow three-valued logic as in SQL. Nothing of Python
itself can be reached.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import reduce
from typing import Any

Value = Decimal | str | bool | None
Row = Mapping[str, Value]
Evaluate = Callable[["Scope"], Value]

# 28 digits are not enough for a kWh total times a factor; 50 are exact for everything that a form can hold.
_EXACT = Context(prec=50)

_ARITHMETIC: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _EXACT.add,
    ast.Sub: _EXACT.subtract,
    ast.Mult: _EXACT.multiply,
    ast.Div: _EXACT.divide,
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class ExpressionError(ValueError):
    """An expression is written wrongly: our mistake in a suite, never the department's."""


class Scope:
    """One row with its table: `names` resolve in the row first and then in the context of the submission."""

    __slots__ = ("context", "row", "rows")

    def __init__(self, row: Row, rows: Sequence[Row], context: Row) -> None:
        self.row, self.rows, self.context = row, rows, context


class Expression:
    """A compiled expression; `names` are the columns and context words that it reads."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        """Columns and context words that are read."""
        try:
            tree = ast.parse(text, mode="eval")
        except SyntaxError as error:
            raise ExpressionError(f"{text!r} is not an expression: {error.msg}") from error
        self.evaluate = self._compile(tree.body)
        """The value for a row of a table."""

    def _compile(self, node: ast.expr) -> Evaluate:
        match node:
            case ast.Constant(value=constant):
                return self._constant(constant)
            case ast.Name(id=name):
                self.names.add(name)
                return lambda scope: scope.row[name] if name in scope.row else scope.context.get(name)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return _arithmetic(_ARITHMETIC[type(op)], self._compile(left), self._compile(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _arithmetic(_EXACT.subtract, lambda scope: Decimal(0), self._compile(operand))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _negation(self._compile(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISON:
                return _comparison(_COMPARISON[type(op)], self._compile(left), self._compile(right))
            case ast.BoolOp(op=op, values=values):
                return _logic([self._compile(value) for value in values], isinstance(op, ast.Or))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return _choice(self._compile(test), self._compile(body), self._compile(orelse))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                return _FUNCTIONS[name]([self._compile(argument) for argument in args])
        raise ExpressionError(f"{ast.unparse(node)!r} in {self.text!r} is not allowed")

    def _constant(self, constant: object) -> Evaluate:
        if isinstance(constant, bool | str) or constant is None:
            return lambda scope: constant
        if isinstance(constant, int | float):
            number = Decimal(repr(constant))
            return lambda scope: number
        raise ExpressionError(f"{constant!r} in {self.text!r} is not allowed")


def _number(value: Value) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    return Decimal(int(value)) if isinstance(value, bool) else None


def _arithmetic(operation: Callable[[Decimal, Decimal], Decimal], left: Evaluate, right: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        a, b = _number(left(scope)), _number(right(scope))
        if a is None or b is None:
            return None
        try:
            return operation(a, b)
        except (DivisionByZero, InvalidOperation, Overflow):
            return None

    return evaluate


def _comparison(operation: Callable[[Any, Any], bool], left: Evaluate, right: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        if a is None or b is None or isinstance(a, str) != isinstance(b, str):
            return None
        return operation(a, b)

    return evaluate


def _negation(operand: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        value = operand(scope)
        return None if value is None else not value

    return evaluate


def _logic(operands: Sequence[Evaluate], is_or: bool) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        is_unknown = False
        for operand in operands:
            value = operand(scope)
            if value is None:
                is_unknown = True
            elif bool(value) is is_or:
                return is_or
        return None if is_unknown else not is_or

    return evaluate


def _choice(test: Evaluate, body: Evaluate, orelse: Evaluate) -> Evaluate:
    return lambda scope: body(scope) if test(scope) else orelse(scope)


def _reduced(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Sequence[Evaluate]], Evaluate]:
    """A function of the arguments that are known; None when none is."""

    def build(arguments: Sequence[Evaluate]) -> Evaluate:
        def evaluate(scope: Scope) -> Value:
            known = [n for argument in arguments if (n := _number(argument(scope))) is not None]
            return reduce(operation, known) if known else None

        return evaluate

    return build


def _absolute(arguments: Sequence[Evaluate]) -> Evaluate:
    (argument,) = arguments

    def evaluate(scope: Scope) -> Value:
        number = _number(argument(scope))
        return None if number is None else number.copy_abs()

    return evaluate


def _is_null(arguments: Sequence[Evaluate]) -> Evaluate:
    (argument,) = arguments
    return lambda scope: argument(scope) is None


def _starts_with(arguments: Sequence[Evaluate]) -> Evaluate:
    text, start = arguments

    def evaluate(scope: Scope) -> Value:
        whole, beginning = text(scope), start(scope)
        if not isinstance(whole, str) or not isinstance(beginning, str):
            return None
        return whole.casefold().startswith(beginning.casefold())

    return evaluate


def _over_items(fold: Callable[[Sequence[Value]], Value]) -> Callable[[Sequence[Evaluate]], Evaluate]:
    """A function of the argument's values in all rows of kind `item`, the total rows left out."""

    def build(arguments: Sequence[Evaluate]) -> Evaluate:
        (argument,) = arguments
        last: list[tuple[Sequence[Row], Value]] = []  # the newest table's answer: the same for each of its rows

        def evaluate(scope: Scope) -> Value:
            if not last or last[0][0] is not scope.rows:
                items = [row for row in scope.rows if row.get("row_kind") != "total"]
                last[:] = [(scope.rows, fold([argument(Scope(row, scope.rows, scope.context)) for row in items]))]
            return last[0][1]

        return evaluate

    return build


def _lookup(arguments: Sequence[Evaluate]) -> Evaluate:
    """lookup(key column, key, value): the value in the first row whose key column equals the key."""
    column, key, value = arguments

    def evaluate(scope: Scope) -> Value:
        wanted = key(scope)
        for row in scope.rows:
            other = Scope(row, scope.rows, scope.context)
            if column(other) == wanted:
                return value(other)
        return None

    return evaluate


def _named(arguments: Sequence[Evaluate]) -> Evaluate:
    """named("a", condition, "b", condition): the texts whose condition holds, spaces between; None if none."""
    pairs = list(zip(arguments[::2], arguments[1::2], strict=True))

    def evaluate(scope: Scope) -> Value:
        return " ".join(str(name(scope)) for name, condition in pairs if condition(scope)) or None

    return evaluate


def _sum(values: Sequence[Value]) -> Value:
    known = [n for value in values if (n := _number(value)) is not None]
    return reduce(_EXACT.add, known) if known else None


def _count(values: Sequence[Value]) -> Value:
    """How many values are true, a number or a text."""
    return Decimal(sum(1 for value in values if value is not None and value is not False))


_FUNCTIONS: dict[str, Callable[[Sequence[Evaluate]], Evaluate]] = {
    "max": _reduced(_EXACT.max),
    "min": _reduced(_EXACT.min),
    "sum_known": _reduced(_EXACT.add),
    "abs": _absolute,
    "is_null": _is_null,
    "starts_with": _starts_with,
    "sum_item": _over_items(_sum),
    "count_item": _over_items(_count),
    "lookup": _lookup,
    "named": _named,
}


def derive(rows: Sequence[Row], expressions: Mapping[str, Expression], context: Row) -> list[dict[str, Value]]:
    """The rows with the derived columns added in the order of the suite; later ones may use earlier ones."""
    table: list[dict[str, Value]] = [dict(row) for row in rows]
    scopes = [Scope(row, table, context) for row in table]
    for column, expression in expressions.items():
        evaluate = expression.evaluate
        for row, value in zip(table, [evaluate(scope) for scope in scopes], strict=True):
            row[column] = value
    return table
