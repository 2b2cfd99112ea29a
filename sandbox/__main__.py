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

"""The command line: ``python -m sandbox``."""

import argparse
import os
from pathlib import Path
import shlex
import sys
from typing import Any, TextIO

from sandbox import advice, interrupts, trouble
from sandbox.errors import SandboxError
from sandbox.layout import DEFAULT_DIR, Layout
from sandbox.lock import held
from sandbox.processes import MARK, Processes

DESCRIPTION = """\
A whole OpenStack (Keystone, Glance, Placement, Neutron, Nova with its fake
hypervisor) on this machine alone, without root. The services are the real
ones, installed from PyPI at pinned versions; only packets do not flow.
"""

EPILOG = """\
Exit status: 0 when done, 1 when not (for "status": when not all is up), 2 for
a wrong option or state, 128 plus the signal's number when interrupted.
"""


def main() -> int:
    """Run the command that was asked for; return the exit status."""
    arguments = _parser().parse_args()
    interrupts.install()
    _join_streams()
    try:
        layout = _layout(arguments.dir)
        status: int = arguments.run(layout, arguments)
        return status
    except SandboxError as error:
        return _failed(str(error))
    except ModuleNotFoundError as error:
        return _failed(advice.missing(f'module {error.name}'))
    except OSError as error:
        if error.errno in trouble.FULL:
            return _failed(
                f'The disk is full: cannot write {error.filename}. Free some '
                'space, then run it again.'
            )
        return _failed(f'{error}.')
    except interrupts.Interrupted as interrupt:
        print('Interrupted.', file=sys.stderr)
        return 128 + interrupt.number


def _join_streams() -> None:
    """Make one stream of both, where both are terminals.

    tox gives each a terminal of its own and copies them to the user's one
    independently: what is drawn on the one would overwrite the other.
    """
    if os.isatty(1) and os.isatty(2):
        os.dup2(1, 2)


def _failed(message: str) -> int:
    """Say what failed; return the exit status."""
    print(message, file=sys.stderr)
    trouble.tell_last(message.splitlines()[0])
    return 1


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        '--dir',
        type=Path,
        default=os.environ.get(MARK),
        help='directory of the sandbox, which holds all its files (default: '
        f'${MARK}, or else .sandbox in the checkout)',
    )
    parser = argparse.ArgumentParser(
        prog='python -m sandbox',
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar='COMMAND')

    up = commands.add_parser('up', parents=[common], help=_up.__doc__)
    demo = commands.add_parser('demo', parents=[common], help=_demo.__doc__)
    for command, function in ((up, _up), (demo, _demo)):
        command.set_defaults(run=function)
        command.add_argument(
            '--venv',
            type=Path,
            metavar='DIR',
            help="use the services' environment of another sandbox (its "
            'folder venv) instead of installing one',
        )
    down = commands.add_parser('down', parents=[common], help=_down.__doc__)
    down.set_defaults(run=_down)
    down.add_argument(
        '--purge',
        action='store_true',
        help='remove all files of the sandbox too',
    )
    status = commands.add_parser(
        'status', parents=[common], help=_status.__doc__
    )
    status.set_defaults(run=_status)
    env = commands.add_parser('env', parents=[common], help=_env.__doc__)
    env.set_defaults(run=_env)
    _add_break(commands, common)
    return parser


def _add_break(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command "break" to the others."""
    command = commands.add_parser(
        'break', parents=[common], help=_break.__doc__
    )
    command.set_defaults(run=_break)
    command.add_argument(
        'state',
        nargs='?',
        metavar='STATE',
        help='state of the server; without it, all states are listed',
    )
    command.add_argument(
        '--mend',
        action='store_true',
        help='delete the server again; without STATE, all of them',
    )


def _layout(directory: str | Path | None) -> Layout:
    """Return the layout of the sandbox in ``directory`` (None: as usual).

    Raises SandboxError where no sandbox can work on this machine.
    """
    if not Path('/proc/self/stat').exists():
        raise SandboxError('The sandbox needs Linux (it reads /proc).')
    return Layout(Path(os.path.abspath(directory or DEFAULT_DIR)))


def _up(layout: Layout, arguments: argparse.Namespace) -> int:
    """Bring it up, installing it first if need be."""
    _bring_up(layout, arguments.venv, sys.stderr)
    _tell_of_others(layout, arguments)
    return 0


def _bring_up(layout: Layout, venv: Path | None, stream: TextIO) -> None:
    """Bring it up, the steps shown on the stream."""
    from sandbox import up

    try:
        layout.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxError(
            f'Cannot use {layout.root} for a sandbox: {error.strerror}.'
        ) from error
    venv = venv and Path(os.path.abspath(venv))
    with held(layout.lock):
        news = up.run(layout, venv, stream)
    print('The sandbox is up.' if news else 'The sandbox is up already.')


def _demo(layout: Layout, arguments: argparse.Namespace) -> int:
    """Bring it up and show the plugin at work in it."""
    from sandbox import demo

    demo.check()  # before the long wait
    _bring_up(layout, arguments.venv, sys.stdout)
    demo.run(layout)
    return 0


def _down(layout: Layout, arguments: argparse.Namespace) -> int:
    """Stop it; its servers are there again at the next "up"."""
    if layout.exists():
        with held(layout.lock):
            Processes(layout).stop()
            if arguments.purge:
                layout.remove()
        print(f'The sandbox is {"removed" if arguments.purge else "down"}.')
    else:
        print(f'There is no sandbox in {layout.root}.')
    _tell_of_others(layout, arguments)
    return 0


def _status(layout: Layout, arguments: argparse.Namespace) -> int:
    """Say of each service whether it is up; exit 1 if not all are."""
    from sandbox import status

    shown = status.show(layout)
    _tell_of_others(layout, arguments)
    return shown


def _tell_of_others(layout: Layout, arguments: argparse.Namespace) -> None:
    """Say which others run, unless the user has chosen this one."""
    from sandbox import status

    if not arguments.dir:
        for root in status.others(layout):
            print(
                f'Another sandbox is running in {root}. To stop it: '
                f'python -m sandbox down --dir {shlex.quote(str(root))}'
            )


def _env(layout: Layout, arguments: argparse.Namespace) -> int:
    """Print what a shell has to eval to use it."""
    from sandbox import clouds, status

    status.expect(layout)
    print(clouds.exports(layout))
    return 0


def _break(layout: Layout, arguments: argparse.Namespace) -> int:
    """Make a server whose network is broken in some way, or list these."""
    from sandbox import breakage, broken

    name = arguments.state
    if name is not None and name not in breakage.STATES:
        print(broken.unknown(name), file=sys.stderr)
        return 2
    if arguments.mend:
        broken.mend(layout, [name] if name else breakage.STATES)
    elif name:
        broken.make(layout, name)
    else:
        broken.show()
    return 0


if __name__ == '__main__':
    sys.exit(main())
