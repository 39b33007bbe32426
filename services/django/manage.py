"""Django's commands, among them `migrate` and `serve`."""

import os
import sys

from django.core.management import execute_from_command_line
from environs import EnvError

import config.settings
from config.environment import env

os.environ["DJANGO_SETTINGS_MODULE"] = config.settings.__name__  # also where somebody's shell says otherwise
if sys.argv[1:2] == ["serve"]:
    try:
        env.seal()  # here, because Django loads all apps before a command runs, and nobody should wait for that
    except EnvError as error:
        sys.exit(str(error))
execute_from_command_line(sys.argv)
