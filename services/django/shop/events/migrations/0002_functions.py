"""contract/functions.sql as it is, after all tables."""

from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("checkout", "0001_initial"),
        ("events", "0001_initial"),
        ("webhooks", "0001_initial"),
    ]

    operations = [migrations.RunSQL((settings.CONTRACT_DIR / "functions.sql").read_text())]
