"""What is known of each language that a service may be written in: its grammar, its lexer, and what defines a name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language.

    `grammar` is ast-grep's name of it, `lexer` that of Pygments. The rest are kinds of nodes: what defines a function,
    a type, and a value that has a name of its own (only outside of functions), and what names other files.
    `packages`: all files of a folder see each other without an import. `namespaces`: an import brings all names of a
    folder in.
    """

    grammar: str
    lexer: str
    functions: tuple[str, ...]
    types: tuple[str, ...]
    values: tuple[str, ...]
    imports: tuple[str, ...]
    packages: bool = False
    namespaces: bool = False


LANGUAGES: dict[str, Language] = {
    ".go": Language(
        "go",
        "go",
        ("function_declaration", "method_declaration"),
        ("type_spec",),
        ("const_spec", "var_spec"),
        ("import_spec",),
        packages=True,
    ),
    ".java": Language(
        "java",
        "java",
        ("method_declaration",),
        ("class_declaration", "record_declaration", "interface_declaration", "enum_declaration"),
        ("field_declaration",),
        ("import_declaration",),
        packages=True,
    ),
    ".py": Language(
        "python",
        "python",
        ("function_definition",),
        ("class_definition",),
        ("assignment",),
        ("import_statement", "import_from_statement"),
    ),
    ".ts": Language(
        "typescript",
        "typescript",
        ("function_declaration", "method_definition"),
        ("class_declaration", "interface_declaration", "type_alias_declaration", "enum_declaration"),
        ("variable_declarator",),
        ("import_statement",),
    ),
    ".rs": Language(
        "rust",
        "rust",
        ("function_item",),
        ("struct_item", "enum_item", "trait_item", "type_item"),
        ("const_item", "static_item"),
        ("use_declaration",),
    ),
    ".cs": Language(
        "csharp",
        "csharp",
        ("method_declaration", "local_function_statement"),
        ("class_declaration", "record_declaration", "struct_declaration", "interface_declaration", "enum_declaration"),
        ("field_declaration",),
        ("using_directive",),
        packages=True,
        namespaces=True,
    ),
    ".php": Language(
        "php",
        "php",
        ("function_definition", "method_declaration"),
        ("class_declaration", "interface_declaration", "trait_declaration", "enum_declaration"),
        ("const_declaration",),
        ("namespace_use_declaration",),
        packages=True,
    ),
    # In Elixir everything is a call; definitions.py tells by its first word which one defines a function. A module is
    # shown by its functions.
    ".ex": Language("elixir", "elixir", ("call",), (), (), ("call",)),
}

# Files without functions that are shown as well.
LEXERS: dict[str, str] = {suffix: language.lexer for suffix, language in LANGUAGES.items()} | {
    ".exs": "elixir",
    ".sql": "postgresql",
    ".toml": "toml",
}
