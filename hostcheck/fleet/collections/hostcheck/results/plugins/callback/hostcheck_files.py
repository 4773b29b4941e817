# -*- coding: utf-8 -*-
# Copyright (c) 2026, the hostcheck project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the output of each host to a file, and print the events of the playbook as lines of JSON."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = """
name: hostcheck_files
type: stdout
author: the hostcheck project (!UNKNOWN)
short_description: Writes the output of each host to a file
version_added: 0.1.0
description:
  - Writes the standard output of each host's task to a file, and drops it from the result, so that the controller's
    memory does not grow with the hosts.
  - Prints a line of JSON when a host is begun and when it has ended.
options:
  folder:
    description: Where the files are written.
    type: path
    default: .
    env:
      - name: HOSTCHECK_FLEET_ANSWERS
"""

import hashlib
import json
import os
import signal
import sys

from ansible import constants, context
from ansible.plugins.callback import CallbackBase
from ansible.release import __version__

POLL_SECONDS = 0.02
"""How often Ansible looks for results while it waits. Its default of a thousand times a second takes a tenth of a CPU."""
SAID = 2000
"""Maximum number of characters of a message."""


class CallbackModule(CallbackBase):
    """The callback, of type stdout."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "hostcheck.results.hostcheck_files"

    def v2_playbook_on_start(self, playbook):
        """Report the version of Ansible, and let it look for results less often."""
        # The setting internal_poll_interval has no variable of the environment, and ansible.cfg is the user's.
        constants.DEFAULT_INTERNAL_POLL_INTERVAL = max(POLL_SECONDS, constants.DEFAULT_INTERNAL_POLL_INTERVAL)
        self._say(event="begins", version=__version__, forks=context.CLIARGS.get("forks"))

    def v2_runner_on_start(self, host, task):
        """Report that a host begins."""
        self._say(event="starts", host=host.get_name())

    def v2_runner_on_ok(self, result):
        """Write what a host printed, and report that it has ended."""
        self._ended("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        """Write what a host printed before it failed, and report the failure."""
        self._ended("failed", result)

    def v2_runner_on_unreachable(self, result):
        """Report why a host cannot be reached."""
        self._ended("unreachable", result)

    def v2_runner_on_skipped(self, result):
        """Report that a host was skipped."""
        self._ended("skipped", result)

    def _ended(self, how, result):
        content = result._result
        host = result._host.get_name()
        if "hostcheck_hosts" in content:
            self._say(event="hosts", hosts=content["hostcheck_hosts"])
            return
        printed = content.pop("stdout", "") or ""
        content.pop("stdout_lines", None)
        file = ""
        if printed:
            file = self._write(host, printed)
        said = content.get("msg") or ""
        errors = content.get("stderr") or content.get("module_stderr") or ""
        self._say(
            event="ended",
            how=how,
            host=host,
            file=file,
            code=content.get("rc"),
            said=str(said)[-SAID:],
            errors=str(errors)[-SAID:],
            late="timedout" in content or "expected time frame" in str(said),
        )

    def _write(self, host, printed):
        """Write a whole file, and return its name: the SHA-256 of the host's name."""
        name = hashlib.sha256(host.encode("utf-8", "surrogateescape")).hexdigest()
        path = os.path.join(self.get_option("folder"), name)
        with open(path + ".part", "wb") as file:
            file.write(printed.encode("utf-8", "surrogateescape"))
        os.rename(path + ".part", path)
        return name

    def _say(self, **event):
        try:
            sys.stdout.write(json.dumps(event) + "\n")
            sys.stdout.flush()
        except (OSError, IOError, ValueError):
            # The process that started this playbook is gone: end it before it begins another host.
            os.kill(os.getpid(), signal.SIGTERM)
