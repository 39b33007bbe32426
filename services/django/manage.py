"""Django's commands, among them `migrate` and `serve`."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"  # also where somebody's shell says otherwise
execute_from_command_line(sys.argv)
