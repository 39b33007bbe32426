"""The settings of the tests: the contract's development values, and the admin site."""

import os
from tempfile import TemporaryDirectory

metrics = TemporaryDirectory(prefix="shop-tests-")  # it goes with the process

os.environ |= {
    "JWT_SECRET": "development-jwt-secret-0123456789abcdef",
    "CURSOR_SECRET": "development-cursor-secret-0123456789abcdef",
    "WEBHOOK_SECRET": "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=",
    "ADMIN_EMAIL": "admin@shop.example",
    "ADMIN_PASSWORD": "development-admin",
    "SHOP_ADMIN_SITE": "on",
    "PROMETHEUS_MULTIPROC_DIR": metrics.name,
}

from config.settings import *  # noqa: E402, F403
