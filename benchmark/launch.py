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

"""Run a command and write down what it took: ``launch.py REPORT COMMAND``.

A process of its own, which loads next to nothing: Linux counts the memory of
whoever starts a command as the command's until its program is loaded.
"""

import json
import os
import sys
import time


def main() -> None:
    """Run it, and write status, CPU and wall seconds, and bytes as JSON."""
    report, *command = sys.argv[1:]
    start = time.monotonic()
    pid = os.posix_spawn(command[0], command, os.environ)
    _pid, status, usage = os.wait4(pid, 0)
    taken = {
        'status': os.waitstatus_to_exitcode(status),
        'wall': time.monotonic() - start,
        'cpu': usage.ru_utime + usage.ru_stime,
        'memory': usage.ru_maxrss * 1024,
    }
    with open(report, 'w', encoding='utf-8') as file:
        json.dump(taken, file)


if __name__ == '__main__':
    main()
