# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be a template and what never is, in the words of the running ansible-core.

From 2.19 on a text is a template only if it is marked as trusted. Before, every text is one unless it is marked as
unsafe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

try:
    from ansible.template import trust_as_template
except ImportError:
    from ansible.utils.unsafe_proxy import wrap_var

    trust_as_template = None
else:
    wrap_var = None


# What begins an expression, a statement or a comment, and the line that can give these other signs.
_SIGNS_OF_TEMPLATES: tuple[str, ...] = ("{{", "{%", "{#", "#jinja2:")
if wrap_var:
    # Before 2.19 `when: "{{ smc_comment }}"` evaluates the comment, which can do nothing without a call.
    _SIGNS_OF_TEMPLATES += ("(",)


def marked_unsafe(value: Any) -> Any:
    """The value with every text in it that could be a template marked as none.

    Other texts are left alone: a marked one is no longer a plain text where `ansible-inventory --export` is read, in AWX.
    """
    if isinstance(value, str):
        return _marked_text(value)
    if isinstance(value, Mapping):
        return {name: marked_unsafe(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [marked_unsafe(item) for item in value]
    return value


def _marked_text(text: str) -> Any:
    if any(sign in text for sign in _SIGNS_OF_TEMPLATES):
        # From 2.19 on a text is none unless it is trusted, which the new text is not, whatever the old one was.
        return wrap_var(text) if wrap_var else "".join(text)
    return trust_as_template(text) if trust_as_template else text


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
