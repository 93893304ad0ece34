# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be a template and what never is, in the words of the running ansible-core.

From 2.19 on a text is a template only if it is marked as trusted. Before, every text is one unless it is marked as
unsafe.
"""

from __future__ import annotations

from typing import Any

try:
    from ansible.template import trust_as_template
except ImportError:
    from ansible.utils.unsafe_proxy import wrap_var

    trust_as_template = None
else:
    wrap_var = None


def marked_unsafe(value: Any) -> Any:
    """The value with every text in it marked as no template."""
    return wrap_var(value) if wrap_var else value


def marked_template(text: str) -> Any:
    """A text of the plugin's own that is a template."""
    return trust_as_template(text) if trust_as_template else text
