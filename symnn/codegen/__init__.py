"""From expressions to standalone NumPy: lowered to assignments, improved by passes, emitted through templates."""

from symnn.codegen.emit import FunctionSpec, Header, content_hash, emit_function_module, emit_module, load_module

__all__ = ["FunctionSpec", "Header", "content_hash", "emit_function_module", "emit_module", "load_module"]
