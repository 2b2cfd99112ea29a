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

"""Run commands of a service's management tool, one after the other.

    manage.py MODULE COMMANDS

MODULE is the tool's, COMMANDS a list of lists of arguments, in JSON. To import
the tool takes most of the time a command needs; so it is done once, and every
command runs in a fork.
"""

import importlib
import json
import os
import sys


def main() -> None:
    """Run the commands up to the first that fails; exit as it did."""
    module = importlib.import_module(sys.argv[1])
    for command in json.loads(sys.argv[2]):
        child = os.fork()
        if not child:
            sys.argv[1:] = command
            sys.exit(module.main())
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == '__main__':
    main()
