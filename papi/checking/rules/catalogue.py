"""The register as a document: docs/rules.md is what `rules_table` returns.

Knows Markdown. Must not know any one rule. A test compares the file with the register and says
how to write it anew.
"""

from __future__ import annotations

from papi.checking.rules.registry import Rule, registered

_HEAD = """# Rules

Every rule that PAPI applies to a form, with its messages. Severity: **E** blocks writing the
record, **W** needs review of the fields named, **I** is logged. A rule may have several messages,
each with its own severity. A rule that lacks a page is *pending*, never passed. A07, A13 and A33
also look across forms. This file is made from the rules themselves
(`python -c "from papi.checking.rules import rules_table as t; print(t())" > docs/rules.md`);
a test compares them.

| rule | severity | forms | what must hold | pesan | message |
|---|---|---|---|---|---|
"""


def rules_table() -> str:
    """Return all rules as a Markdown document, by id."""
    rules = sorted(registered().items())
    return _HEAD + "\n".join(_rows(rule) for _, rule in rules)


def _rows(rule: Rule) -> str:
    forms, rows = ", ".join(sorted(rule.forms)), []
    for key, say in sorted(rule.says.items()):
        first = key == ""
        left = (
            f"{rule.id} | {say.severity} | {forms if first else ''} | {rule.what if first else ''}"
        )
        rows.append(f"| {left} | {say.message_id} | {say.message_en} |")
    return "\n".join(rows)
