# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be a template and what never is, in the words of the running ansible-core.

From 2.19 on a text is a template only if it is marked as trusted. Before, every text is one unless it is marked as
unsafe.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jinja2
from ansible import context

try:
    from ansible.template import trust_as_template
except ImportError:
    from ansible.utils.unsafe_proxy import wrap_var

    trust_as_template = None
else:
    wrap_var = None


# What begins or ends an expression, a statement or a comment, the line that can give these other signs, and what calls something where
# a condition is a text: `when: "{{ smc_name }}"`.
_SIGNS_OF_CODE = ("{{", "}}", "{%", "%}", "{#", "#}", "#jinja2:", "(", "|")
# What an expression needs to read a part of a variable, what the names of Ansible's and this collection's variables begin with, and
# what is in the names of variables that hold secrets.
_SIGNS_OF_READING = re.compile(
    r"\[|\.\s*[^\W\d]|\b(?:ansible|smc|inventory|play|playbook|role)_|\b(?:hostvars|vars|groups|group_names|environment)\b"
    r"|passw|passphrase|secret|token|credential|vault|_key\b|\bapi_?key\b",
    re.IGNORECASE,
)
# It only parses.
_JINJA = jinja2.Environment(autoescape=True)


def marked_unsafe(value: Any) -> Any:
    """The value with every text in it marked as no template.

    Only `ansible-inventory` gets other texts than those that could do something as plain ones: a marked text is no longer a plain one
    where its export is read, in AWX, and what is plain there is trusted.
    """
    if isinstance(value, str):
        return _marked_text(value)
    if isinstance(value, Mapping):
        return {name: marked_unsafe(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [marked_unsafe(item) for item in value]
    return value


def _marked_text(text: str) -> Any:
    # Only the options of this command have this name.
    if "export" in context.CLIARGS and is_harmless(text):
        return marked_template(text)
    # From 2.19 on a text is none unless it is trusted, which the new text is not, whatever the old one was.
    return wrap_var(text) if wrap_var else "".join(text)


def is_harmless(text: str) -> bool:
    """Whether the text, taken for a template or a condition, calls nothing and reads no variable of which it is known what it holds.

    A word alone may be the name of a variable of the user's, and is harmless nevertheless: most names and states are one word.
    """
    if any(sign in text for sign in _SIGNS_OF_CODE):
        return False
    return not (_SIGNS_OF_READING.search(text) and _is_expression(text))


def _is_expression(text: str) -> bool:
    try:
        _JINJA.parse("{{ " + text + " }}")
    except jinja2.TemplateSyntaxError:
        return False
    except (RecursionError, ValueError):
        # So deep, or a number so long, that Jinja does not say.
        return True
    return True


def marked_template(text: str) -> Any:
    """A text of the plugin's own that is a template."""
    return trust_as_template(text) if trust_as_template else text


def decrypted(value: Any) -> Any:
    """The value with inline vaulted texts decrypted, which from 2.19 on they are already."""
    if trust_as_template:
        return value
    if getattr(value, "__ENCRYPTED__", False):
        return str(value)
    if isinstance(value, Mapping):
        return {name: decrypted(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [decrypted(item) for item in value]
    return value
