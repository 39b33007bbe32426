"""The application: its extensions and blueprints."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from shop.accounts.views import accounts
from shop.admin.views import admin
from shop.bulk.views import bulk
from shop.carts.views import carts
from shop.catalog.views import catalog
from shop.checkout.views import checkout_blueprint
from shop.events import hub
from shop.events.views import events
from shop.ops.views import ops
from shop.orders.views import orders
from shop.platform import metrics, problems, requests
from shop.platform.database import db
from shop.platform.json import StrictJSONProvider
from shop.webhooks.views import webhooks

BLUEPRINTS = (catalog, accounts, carts, checkout_blueprint, orders, admin, bulk, webhooks, events, ops)


class Shop(Flask):
    json_provider_class = StrictJSONProvider
    request_class = requests.Request


def create_app(config: Mapping[str, Any]) -> Flask:
    """Make the application. Nothing is connected here, so the database may be away."""
    app = Shop(__name__, static_folder=None)
    app.config.from_mapping(config)
    app.debug = False  # whatever FLASK_DEBUG says (OPS-1)
    app.config["MAX_CONTENT_LENGTH"] = requests.MAX_BYTES + 1  # werkzeug stops there without a word
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # they would have no Cache-Control of their route's
    for extension in (metrics, requests, db, problems, hub):
        extension.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
