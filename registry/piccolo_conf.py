"""Where Piccolo looks for the engine and the apps (named by PICCOLO_CONF, set in `registry.database`)."""

from __future__ import annotations

from piccolo.conf.apps import AppRegistry

from plugins import manager
from registry.database import engine

DB = engine
APP_REGISTRY = AppRegistry(apps=manager.piccolo_apps())
