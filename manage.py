#!/usr/bin/env python3
"""Run one of uconf's commands; `manage.py help` lists them."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uconf.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
