"""Plugins: the one public contract (`hookspecs`), its host (`manager`), and the campaign modules that are shipped."""

from __future__ import annotations

import pluggy

hookimpl = pluggy.HookimplMarker("silver_registry")
"""Marks a plugin's implementation of a hook of `plugins.hookspecs`."""
