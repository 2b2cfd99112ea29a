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

"""What went wrong, where a sentence can say it: no network, a full disk.

``tools/tox`` uses this too, so nothing but the standard library is imported.
"""

import contextlib
import errno
import os
from pathlib import Path
import shutil

# Where tools/tox wants to read what it is to say last, after all of tox.
FILE = 'OSC_IFACE_TROUBLE'

FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL = (*map(os.strerror, FULL), 'database or disk is full')
_FREE = 16 << 20  # bytes; with less than that, nothing is installed

# pip's words; what it says at last ("No matching distribution",
# "ResolutionImpossible") hides the cause.
_UNREACHABLE = (
    'after connection broken by',
    'Could not fetch URL',
    'NewConnectionError',
    'ConnectTimeoutError',
    'Max retries exceeded',
)


def of_pip(output: str, folder: Path) -> str | None:
    """Return why pip failed and what to do, or None if it is not known.

    ``output`` is all that it said, ``folder`` where it was to install. The
    text ends a sentence.
    """
    if full := of_disk(output, folder):
        return full
    if any(words in output for words in _UNREACHABLE):
        return (
            'the package index cannot be reached. Check the network (and '
            'HTTPS_PROXY, where there is a proxy), then run it again.'
        )
    return None


def of_disk(output: str, folder: Path) -> str | None:
    """Return that the disk is full and what to do, or None if it is not.

    ``output`` is what a program said that works in ``folder``; where the
    disk is full, even that may be lost.
    """
    usage = shutil.disk_usage(folder)
    # Some file systems do not know, and say 0 for all.
    full = usage.total and usage.free < _FREE
    if full or any(words in output for words in _FULL):
        return (
            f'the disk is full. Free some space for {folder}, then run it '
            'again.'
        )
    return None


def tell_last(sentence: str) -> None:
    """Let the sentence be the last on the screen, below ``tools/tox``.

    The file is there, with room for it: the disk may be full by now.
    """
    if path := os.environ.get(FILE):
        with (
            contextlib.suppress(OSError),  # it has been said once
            open(path, 'r+', encoding='utf-8') as file,
        ):
            file.write(f'{sentence}\n')
