# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the documentation site, which `make docs` builds (tools/docs)."""

from __future__ import annotations

project = "ngfw.smc"
author = "The ngfw.smc authors"
project_copyright = "2026 The ngfw.smc authors"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
# Pages link to headings of other pages, as on the web page of a repository.
myst_heading_anchors = 4

html_theme = "furo"
html_title = "ngfw.smc"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False
# The texts name options and values; typographic quotes would change them.
smartquotes = False
highlight_language = "none"
pygments_style = "friendly"
pygments_dark_style = "monokai"

# A reference that leads nowhere is an error. There is no intersphinx, because the build does without the network; these are
# the labels of Ansible's own documentation that antsibull-docs refers to.
nitpicky = True
default_role = "any"
nitpick_ignore_regex = [
    ("std:ref", "action_plugins|ansible_configuration_settings|common_return_values"),
    ("std:envvar", "ANSIBLE_CACHE_.*"),
]
