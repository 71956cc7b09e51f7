"""Parses texts with the tree-sitter grammar.

Reads `{"texts": {name: text}, "queries": {name: text}}` and prints `{"errors": {name: has errors}, "captures": ...}`.
The captures of the queries `highlights` and `injections` are those of the texts in `captured`.
"""

import ctypes
import json
import sys

from tree_sitter import Language, Parser, Query, QueryCursor


def load(library):
    symbol = ctypes.cdll.LoadLibrary(library).tree_sitter_pipe
    symbol.restype = ctypes.c_void_p
    pointer = ctypes.pythonapi.PyCapsule_New
    pointer.restype = ctypes.py_object
    pointer.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return Language(pointer(symbol(), b"tree_sitter.Language", None))


def main():
    language = load(sys.argv[1])
    parser = Parser(language)
    wanted = json.load(sys.stdin)
    errors = {name: parser.parse(text.encode()).root_node.has_error for name, text in wanted["texts"].items()}
    captures = {}
    # The bindings of version 0.26.1 crash if a query or its cursor is freed while others are used.
    kept = []
    for name, text in wanted["queries"].items():
        query = Query(language, text)
        captures[name] = []
        for source in wanted["captured"]:
            data = source.encode()
            tree, cursor = parser.parse(data), QueryCursor(query)
            kept += [query, tree, cursor]
            found = cursor.captures(tree.root_node)
            for capture, nodes in found.items():
                captures[name] += [[capture, data[node.start_byte : node.end_byte].decode()] for node in nodes]
    trees = {name: str(parser.parse(text.encode()).root_node) for name, text in wanted["trees"].items()}
    json.dump({"errors": errors, "captures": captures, "trees": trees}, sys.stdout)


main()
