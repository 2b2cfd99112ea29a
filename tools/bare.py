#!/usr/bin/env python3
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

"""Run commands in a bare Debian, where a newcomer with nothing would.

    sudo tools/bare.py bookworm 'tools/tox -e demo' tools/tox

makes a Debian 12 in the folder .bare, with the packages that README asks for
and no others, puts a clone of the current commit into the empty home of an
ordinary account, and runs each command there. It fails where a command does,
and where one leaves a process or a file outside the clone. Of this machine
only what leads to the package registries is passed in.
"""

import argparse
from collections.abc import Iterable, Iterator
import contextlib
import os
from pathlib import Path
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CHECKOUT = Path(__file__).resolve().parents[1]
BARE = CHECKOUT / '.bare'
RELEASES = {'bookworm': 'Debian 12', 'trixie': 'Debian 13'}
# git recommends ca-certificates: apt brings it along, debootstrap does not.
PACKAGES = 'ca-certificates,git,python3,python3-pip,python3-venv'
USER = 'newcomer'
HOME = f'home/{USER}'
CLONE = f'{HOME}/osc-iface'
PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt'
REGISTRY = ('index-url', 'extra-index-url', 'proxy', 'timeout', 'trusted-host')
PATIENCE = 30  # seconds for the last processes to end by themselves


def main() -> int:
    """Make the machine, run the commands in it; return the exit status."""
    if sys.argv[1:2] == ['--inside']:
        return inside(Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
    parser = argparse.ArgumentParser(
        description='Run commands in a bare Debian, each in a clone of the '
        'current commit.'
    )
    parser.add_argument('suite', choices=RELEASES)
    parser.add_argument('command', nargs='+', help='a line for the shell')
    arguments = parser.parse_args()
    # An exception instead of an end: what was made is to be removed.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    os.environ['PATH'] = f'{os.environ.get("PATH", "")}:{PATH}'
    try:
        with machine(arguments.suite) as root:
            return enter(root, arguments.suite, arguments.command)
    except (Failed, OSError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print('Interrupted.', file=sys.stderr)
    return 1


class Failed(Exception):
    """The machine cannot be made; the text says why."""


@contextlib.contextmanager
def machine(suite: str) -> Iterator[Path]:
    """Make a Debian with a clone in it; remove it afterwards."""
    if os.geteuid():
        raise Failed('A bare Debian is made by root alone.')
    base = bootstrapped(suite)
    root = Path(tempfile.mkdtemp(prefix=f'{suite}-', dir=BARE))
    try:
        run('cp', '--archive', '--no-target-directory', base, root)
        pass_registries(root)
        add_user(root)
        yield root
    finally:
        shutil.rmtree(root)


def bootstrapped(suite: str) -> Path:
    """Return the folder of a Debian fresh from debootstrap, made once."""
    base = BARE / suite
    made = BARE / f'{suite}.packages'  # of what packages; written last
    if made.exists() and made.read_text() == PACKAGES:
        return base
    BARE.mkdir(exist_ok=True)
    if not shutil.which('debootstrap'):
        run('apt-get', 'update')
        run('apt-get', 'install', '--yes', 'debootstrap')
    if base.exists():
        shutil.rmtree(base)
    say(f'Bootstrapping {RELEASES[suite]}')
    run(
        *('debootstrap', '--variant=minbase', f'--include={PACKAGES}'),
        suite,
        base,
        *mirror(),
    )
    made.write_text(PACKAGES)
    return base


def mirror() -> list[str]:
    """Return where apt has Debian from here; nothing for the usual place."""
    for source in Path('/etc/apt').glob('sources.list*/**/*'):
        if source.suffix in ('.list', '.sources'):
            text = re.sub('^#.*', '', source.read_text(), flags=re.MULTILINE)
            if found := re.search(r'https?://\S+/debian/?(?=\s)', text):
                return [found[0]]
    return []


def pass_registries(root: Path) -> None:
    """Let pip in there find what pip finds here, by the same way."""
    shutil.copy('/etc/resolv.conf', root / 'etc/resolv.conf')
    # Of this machine's authorities, one may be the registry's own.
    ours = os.environ.get('SSL_CERT_FILE', f'/{CERTIFICATES}')
    if Path(ours).exists():
        shutil.copy(ours, root / CERTIFICATES)
    settings = {'cert': f'/{CERTIFICATES}'}
    listed = run(sys.executable, '-m', 'pip', 'config', 'list')
    for name, value in re.findall(r"([a-z-]+)='(.*)'$", listed, re.MULTILINE):
        # A folder of this machine's is not a registry.
        urls = [
            each
            for each in value.replace(r'\n', ' ').split()
            if not each.startswith('file:')
        ]
        if name.removeprefix('default-') in REGISTRY and urls:
            settings[name.removeprefix('default-')] = ' '.join(urls)
    (root / 'etc/pip.conf').write_text(
        '[global]\n'
        + ''.join(f'{name} = {value}\n' for name, value in settings.items())
    )
    (root / 'etc/profile.d/proxy.sh').write_text(
        ''.join(
            f"export {name}='{value}'\n"
            for name, value in os.environ.items()
            if name.lower() in ('http_proxy', 'https_proxy', 'no_proxy')
        )
    )


def add_user(root: Path) -> None:
    """Make an ordinary account whose home holds the clone alone."""
    # An installed Debian has it, one fresh from debootstrap has not.
    (root / 'etc/hosts').write_text('127.0.0.1 localhost\n::1 localhost\n')
    run('chroot', root, 'useradd', '--shell', '/bin/bash', USER)
    (root / HOME).mkdir()
    # As a URL: otherwise files would be shared with this checkout, owner and
    # all.
    run('git', 'clone', '--quiet', CHECKOUT.as_uri(), root / CLONE)
    run('chroot', root, 'chown', '--recursive', f'{USER}:', f'/{HOME}')


def enter(root: Path, suite: str, commands: Iterable[str]) -> int:
    """Run the commands in there; return the exit status."""
    # The mounts and the processes of these namespaces vanish with them: the
    # removal of the folder never comes upon a mounted /dev.
    spaces = ('unshare', '--mount', '--pid', '--fork', '--kill-child')
    again = (sys.executable, __file__, '--inside', str(root), suite)
    return subprocess.run([*spaces, *again, *commands]).returncode


def inside(root: Path, suite: str, commands: Iterable[str]) -> int:
    """Do what ``enter`` is for, as the first process of the namespaces."""
    run('mount', '-t', 'proc', 'proc', root / 'proc')
    run('mount', '--bind', '/dev', root / 'dev')
    run('mount', '-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', root / 'dev/shm')
    run('mount', '-t', 'devpts', '-o', 'newinstance,ptmxmode=666,mode=620',
        'devpts', root / 'dev/pts')  # fmt: skip
    status = 0
    for command in commands:
        python = run('chroot', root, 'python3', '--version').strip()
        say(f'{RELEASES[suite]}, {python}: $ {command}')
        started = time.monotonic()
        status = subprocess.run(
            ['chroot', root, 'su', '-', USER, '-c',
             f'cd osc-iface && {command}'],
            env={'PATH': PATH, 'TERM': 'xterm'},
            stdin=subprocess.DEVNULL,
        ).returncode  # fmt: skip
        minutes, seconds = divmod(int(time.monotonic() - started), 60)
        say(
            f'{RELEASES[suite]}: {command}: exit status {status} after '
            f'{minutes} min {seconds} s'
        )
        if status:
            break
    if left := [*processes(root), *files(root)]:
        say(f'{RELEASES[suite]}: this is left:')
        print(*left, sep='\n', flush=True)
        return status or 1
    size = run('du', '--summarize', '--block-size=MB', root / CLONE).split()[0]
    say(
        f'{RELEASES[suite]}: no process is left, and no file outside the '
        f'clone, which has {size}'
    )
    return status


def processes(root: Path) -> list[str]:
    """Return what runs there beside the first process, after some patience."""
    end = time.monotonic() + PATIENCE
    while found := list(_processes(root)):
        if time.monotonic() > end:
            break
        time.sleep(0.1)
    return found


def _processes(root: Path) -> Iterator[str]:
    # Orphans are the first process's children: it is to ask for their end.
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    for folder in (root / 'proc').glob('[0-9]*'):
        with contextlib.suppress(OSError):
            if folder.name != '1':
                words = (folder / 'cmdline').read_text().replace('\0', ' ')
                yield f'process {folder.name}: {words}'


def files(root: Path) -> list[str]:
    """Return the files of the user's that are outside of the clone."""
    home = root / HOME
    return run(
        *('find', root, root / 'dev/shm', '-xdev'),
        *('-path', root / CLONE, '-prune', '-o'),
        *('-user', str(home.stat().st_uid), '-not', '-path', home, '-print'),
    ).splitlines()


def run(*command: str | Path) -> str:
    """Run a command that must succeed; return what it prints."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        words = ' '.join(map(str, command))
        raise Failed(f'{words}: exit status {done.returncode}\n{done.stdout}')
    return done.stdout


def say(text: str) -> None:
    """Print what a reader of the log looks for."""
    print(f'=== {text}', flush=True)


if __name__ == '__main__':
    sys.exit(main())
