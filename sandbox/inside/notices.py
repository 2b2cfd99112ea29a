#   Licensed under the Apache License, Version 2.0 (the "License"); you may
#   not use this file except in compliance with the License. You may obtain
#   a copy of the License at
#
#        http://www.apache.org/licenses/LICENSE-2.0
#
#   Unless required by applicable law or agreed to in writing, software
#   distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
#   WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
#   License for the specific language governing permissions and limitations
#   under the License.

# What is imported here is only in the services' environment.
# mypy: disable-error-code="import-not-found, import-untyped"

"""What Neutron tells Nova, and when it does not.

Nova mends what it remembers of a port as soon as it hears of a change. Where
the two are to disagree, it must not hear of it: a command of the sandbox then
holds the file ``quiet`` in the sandbox's directory locked.
"""

import fcntl
import os
from typing import Any

from neutron.notifiers import batch_notifier


def heed(path: str) -> None:
    """Have Neutron tell nothing while the file at ``path`` is locked.

    Asked when there is news, not when it is sent: that is in a thread of its
    own, later, but the news comes before the client has its answer.
    """
    told = batch_notifier.BatchNotifier.queue_event

    def queue_event(self: Any, event: Any) -> None:
        if not _locked(path):
            told(self, event)

    batch_notifier.BatchNotifier.queue_event = queue_event


def _locked(path: str) -> bool:
    """Tell whether another process holds a file locked."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
