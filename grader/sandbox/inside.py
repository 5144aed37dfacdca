"""What runs in the student's own process. Standard library only; nothing of the grader is here to be found.

`play` runs a file as `python file` would, for launchers that fork from a warm interpreter. `probe` imports
the exercise under its own name, calls its functions by a plan, and claims what came back over the loopback
API, as plain JSON. A claim proves nothing: what is right is known elsewhere.

Run as a script, `inside.py PLAN` probes by the JSON plan given.
"""

from __future__ import annotations

import builtins
import gc
import importlib.machinery
import importlib.util
import json
import os
import socket
import sys
import threading
import traceback
import types
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

_LONGEST_INT = 400  # digits that are written out
_LONGEST_TEXT = 200  # characters of a returned text
_LONGEST_NAME = 100_000  # characters of a constant


# ---------------------------------------------------------------- a file, as `python file` runs it


def play(entry: str) -> NoReturn:
    """Run `entry` of the working directory as `__main__`, with a plain interpreter's manners, and end the process."""
    path = os.path.join(os.getcwd(), entry)
    main = types.ModuleType("__main__")
    main.__dict__.update(
        __file__=path,
        __builtins__=builtins,
        __loader__=importlib.machinery.SourceFileLoader("__main__", path),
        __cached__=None,
        __annotations__={},
    )
    sys.argv[:] = [entry]
    sys.path.insert(0, os.getcwd())
    sys.modules["__main__"] = main
    status = 0
    try:
        exec(_compiled(path), main.__dict__)
    except SystemExit as leaving:
        status = _exit_status(leaving.code)
    except BaseException as error:
        _tell(error)
        status = 1
    _finish(main, status)


def _compiled(path: str) -> types.CodeType:
    with open(path, "rb") as file:
        source = file.read()
    try:
        source.decode()
    except UnicodeDecodeError as error:  # in a comment `compile` lets it pass, `python file` does not
        _expect_encoding(source, path, error.start)
    try:
        return compile(source, path, "exec", dont_inherit=True)
    except ValueError as error:  # Python before 3.12 says so of a NUL byte; `python file` calls it a SyntaxError
        raise SyntaxError(str(error)) from None


def _expect_encoding(source: bytes, path: str, at: int) -> None:
    """Raise what `python file` raises where the source is not UTF-8 and does not say what it is (PEP 263)."""
    import re

    if not re.match(rb"(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*[-\w.]", source):
        line = source.count(b"\n", 0, at) + 1
        said = f"Non-UTF-8 code starting with '\\x{source[at]:02x}' in file {path} on line {line}, "
        more = "but no encoding declared; see https://peps.python.org/pep-0263/ for details"
        raise SyntaxError(said + more, (path, line, None, None)) from None


def _exit_status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _tell(error: BaseException) -> None:
    """Show an uncaught exception with the student's frames only."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    try:
        sys.excepthook(type(error), error.with_traceback(trace), trace)
    except BaseException:
        traceback.print_exception(type(error), error, trace)


def _finish(main: types.ModuleType, status: int) -> NoReturn:
    """Shut down in a plain interpreter's order: threads, atexit, output, the module's objects, output again."""
    import atexit

    def flush() -> None:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not getattr(stream, "closed", False):
                stream.flush()

    def clear() -> None:
        names = main.__dict__
        for name in [name for name in names if name[:1] == "_" and name[1:2] != "_"]:
            names[name] = None
        for name in [name for name in names if name != "__builtins__"]:
            names[name] = None
        gc.collect()

    def flush_c() -> None:
        if "ctypes" in sys.modules:  # C has a buffer of its own, and writes it out at its end
            import ctypes

            ctypes.CDLL(None).fflush(None)

    for step in (threading._shutdown, atexit._run_exitfuncs, flush, clear, flush, flush_c):  # type: ignore[attr-defined]
        try:
            step()
        except BaseException:
            if step is flush:
                status = status or 120  # what Python says when its output cannot be written
    os._exit(status)


# ---------------------------------------------------------------- the functions of a module


class Claims:
    """A connection to the loopback API, opened before any code of the student's has run."""

    def __init__(self, url: str, path: str) -> None:
        host, _, port = url.rpartition("//")[2].partition(":")
        self._address = (host, int(port))
        self._path = path
        self._make = socket.create_connection
        self._encode = json.dumps
        self._socket: socket.socket | None = self._make(self._address)

    def send(self, claim: dict[str, Any]) -> None:
        """Post one claim and wait until it has been taken."""
        body = self._encode(claim).encode()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: loopback\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        for _ in range(2):  # the module may have closed every descriptor that it found
            try:
                if self._socket is None:
                    self._socket = self._make(self._address)
                self._socket.sendall(head.encode() + body)
                answer = b""
                while b"\r\n\r\n" not in answer:
                    piece = self._socket.recv(4096)
                    if not piece:
                        raise ConnectionError
                    answer += piece
                return
            except OSError:
                self._socket = None


def probe(plan: dict[str, Any], url: str) -> NoReturn:
    """Import `plan["module"]`, claim its names, call its functions in the plan's order, and end the process.

    `plan`: module; names (constants to read); functions; calls, each `{"function": f, "args": [..]}` or
    `{"function": f, "of": n}` (the object that call n returned, skipped where that is no number but zero);
    claims (the path to post to).
    """
    claims = Claims(url, plan["claims"])
    name = plan["module"]
    entry = f"{name}.py"
    sys.argv[:] = [entry]
    sys.path.insert(0, os.getcwd())
    module, raised, line = _imported(name, os.path.join(os.getcwd(), entry))
    claims.send(
        {
            "names": {name: claim(value, _LONGEST_NAME) for name, value in _found(module, plan["names"])},
            "functions": [name for name, value in _found(module, plan["functions"]) if callable(value)],
            "raised": raised,
            "line": line,
        }
    )
    returned: list[object] = []
    for number, call in enumerate(plan["calls"]):
        function = call["function"]
        if "of" in call:
            args: list[object] = [returned[call["of"]]]
            if not _is_number_but_zero(args[0]):
                returned.append(None)
                continue
        else:
            args = list(call["args"])
        value, said = _called(module, function, args, entry)
        returned.append(value)
        claims.send(
            {
                "call": number,
                "function": function,
                "args": [_plain(argument) for argument in args],
                "of": call.get("of"),
                "value": said,
            }
        )
    claims.send({"done": True})
    os._exit(0)


def _imported(name: str, path: str) -> tuple[types.ModuleType, str | None, int | None]:
    """Import the file (never a package of its name); return the module, whole or not, and what was raised."""
    loader = importlib.machinery.SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(_compiled(path), module.__dict__)
    except BaseException as error:
        return module, _text_of(error), _line_of(error, path)
    return module, None, None


def _found(module: types.ModuleType, names: list[str]) -> list[tuple[str, object]]:
    """The module's attributes of these names, however it offers them; what is not there is left out."""
    values = []
    for name in names:
        try:
            values.append((name, getattr(module, name)))
        except BaseException:  # a module's own __getattr__ may raise anything
            continue
    return values


def _called(module: types.ModuleType, function: str, args: list[object], entry: str) -> tuple[object, dict[str, Any]]:
    there = _found(module, [function])
    if not there:
        return None, {"type": "missing", "value": None}
    target: Any = there[0][1]
    if not callable(target):
        return None, {"type": "not callable", "value": type(target).__name__}
    try:
        value = target(*args)
        return value, claim(value, _LONGEST_TEXT)
    except BaseException as error:
        path = os.path.join(os.getcwd(), entry)
        return None, {"type": "raised", "value": _text_of(error), "line": _line_of(error, path)}


def _text_of(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:2000]
    except BaseException:
        return type(error).__name__


def _line_of(error: BaseException, path: str) -> int | None:
    """The last line of the student's file in a traceback."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == path]
    return lines[-1] if lines else None


def claim(value: object, longest_text: int) -> dict[str, Any]:
    """Describe a value as plain JSON, by its exact type and without trusting any method of its class."""
    if value is None:
        return {"type": "none", "value": None}
    if isinstance(value, bool):
        return {"type": "bool", "value": str(bool(value))}
    if isinstance(value, str):
        return {"type": "text", "value": str.__str__(value)[:longest_text]}
    number = _number(value)
    if number is None:
        return {"type": "other", "value": type(value).__name__[:100]}
    return number


def _number(value: object) -> dict[str, Any] | None:
    """Claim a number of a known kind; None for anything else."""
    try:
        if isinstance(value, int):
            whole = int.__int__(value)
            if whole.bit_length() > _LONGEST_INT * 3.32:
                return {"type": "int", "value": None, "digits": int(whole.bit_length() * 0.30103) + 1}
            return {"type": "int", "value": int.__repr__(whole)}
        if isinstance(value, float):
            return {"type": "float", "value": float.__repr__(value)}
        if isinstance(value, Decimal):
            return {"type": "decimal", "value": Decimal.__str__(value)[: _LONGEST_INT * 2]}
        if isinstance(value, Fraction):
            top, bottom = Fraction.numerator.fget(value), Fraction.denominator.fget(value)  # type: ignore[attr-defined]
            if max(top.bit_length(), bottom.bit_length()) > _LONGEST_INT * 3.32:
                return {"type": "other", "value": "Fraction"}
            return {"type": "fraction", "value": f"{top}/{bottom}"}
        if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "item"):
            plain = value.item()
            if type(plain) in (int, float, bool):
                return claim(plain, 0)
    except BaseException:
        return None
    return None


def _plain(value: object) -> Any:
    if type(value) is int and value.bit_length() > _LONGEST_INT * 3.32:  # more digits than JSON may write
        return claim(value, _LONGEST_TEXT)
    return value if type(value) in (int, float, str) else claim(value, _LONGEST_TEXT)


def _is_number_but_zero(value: object) -> bool:
    try:
        return not isinstance(value, bool) and _number(value) is not None and bool(value != 0)
    except BaseException:
        return False


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file; the working directory takes its place
    probe(json.loads(sys.argv[1]), os.environ["ANTHROPIC_BASE_URL"])
