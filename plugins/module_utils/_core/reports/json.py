# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A report as JSON: the model itself, as docs/health_report.schema.json describes it."""

from __future__ import annotations

import json
import math
from typing import Any

from .model import Report


def render_json(report: Report) -> str:
    """The whole report, with every result; other runs can merge it. JSON has no NaN and no infinity: these become texts."""
    try:
        text = json.dumps(report, indent=1, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(report), indent=1, ensure_ascii=False, default=str, allow_nan=False)
    return text + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value
