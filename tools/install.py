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

"""Run "pip install" for tox; where it fails, say why in one sentence."""

from pathlib import Path
import subprocess
import sys

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
from sandbox import trouble  # noqa: E402 - the line above lets it be found


def main() -> int:
    """Run it with the arguments given; return its exit status."""
    output = []
    with subprocess.Popen(
        [sys.executable, '-I', '-m', 'pip', 'install', *sys.argv[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        for line in pip.stdout or ():
            print(line, end='', flush=True)
            output.append(line)
    if pip.returncode and (why := trouble.of_pip(''.join(output), CHECKOUT)):
        sentence = f'The packages could not be installed: {why}'
        print(sentence, file=sys.stderr)
        trouble.tell_last(sentence)
    return pip.returncode


if __name__ == '__main__':
    sys.exit(main())
