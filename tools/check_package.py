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

"""Build the sdist and the wheel, and check what a user gets of them.

Everything is built from what is committed, in a temporary folder. The build
frontend ``build`` and ``twine`` must be installed.

    python tools/check_package.py CLIENT...

A client is a list of versions in ``constraints``, without the ``.txt``.
"""

from collections.abc import Iterable
import configparser
from email import message_from_bytes
from email.message import Message
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = 'osc_iface'
COMMANDS = (
    'server interface check',
    'server interface list',
    'server interface reach',
    'server interface show',
    'server interface wait',
)

# The groups of what -f takes for commands with a report.
FORMATS = {'osc_iface.formatter.check', 'osc_iface.formatter.reach'}

# Beside the client, where it is this one: munch 2.5.0 imports pkg_resources
# and does not say so.
MORE = {'debian12': ['setuptools']}

# What a shell does when the user presses the tab key. The helper belongs to
# the package bash-completion.
_COMPLETE = """
_get_comp_words_by_ref() {
    words=("${COMP_WORDS[@]}") cur="${COMP_WORDS[COMP_CWORD]}" prev=
}
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_openstack
printf '%s\\n' "${COMPREPLY[@]}"
"""


class CheckFailed(Exception):
    """The package is not as it should be."""


def main() -> int:
    """Do all the checks; return the exit status."""
    os.environ['PIP_DISABLE_PIP_VERSION_CHECK'] = '1'
    # tox.ini has it relative to the checkout; pip runs elsewhere, too.
    constraints = os.environ.get('PIP_CONSTRAINT', '')
    if constraints and '://' not in constraints:
        os.environ['PIP_CONSTRAINT'] = (CHECKOUT / constraints).as_uri()
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = check_builds(Path(folder))
            for client in sys.argv[1:]:
                check_installation(Path(folder), wheel, client)
    except CheckFailed as exc:
        print(f'FAILED: {exc}')
        return 1
    print('The package is fine.')
    return 0


def check_builds(folder: Path) -> Path:
    """Build from a clone and from the sdist; return the wheel."""
    clone = folder / 'clone'
    run('git', 'clone', '--quiet', CHECKOUT, clone)
    commit = run('git', '-C', clone, 'log', '-1', '--format=%h %s').strip()
    print(f'Building {commit}')
    tracked = run('git', '-C', clone, 'ls-files').splitlines()

    sdist, wheel = build(clone, folder / 'from-clone')
    passed(f'{sdist.name} and {wheel.name} build from a clean clone')
    left = run('git', '-C', clone, 'status', '--porcelain')
    expect(not left, f'the build leaves in the clone:\n{left}')

    # tarfile's own "filter" came with Python 3.11.4; Debian 12 has 3.11.2.
    shutil.unpack_archive(sdist, folder / 'unpacked')
    (source,) = (folder / 'unpacked').iterdir()
    sdist_again, wheel_again = build(source, folder / 'from-sdist')
    expect(
        (sdist.name, wheel.name) == (sdist_again.name, wheel_again.name),
        f'from the sdist come {sdist_again.name} and {wheel_again.name}',
    )
    expect_same('sdist', sdist_files(sdist), sdist_files(sdist_again))
    expect_same('wheel', wheel_files(wheel), wheel_files(wheel_again))
    passed('the same files come from the sdist, without git')

    check_archive(clone, wheel)
    check_sdist(sdist, tracked)
    check_wheel(wheel, tracked)
    run(sys.executable, '-m', 'twine', 'check', '--strict', sdist, wheel)
    passed('twine check --strict')
    return wheel


def build(source: Path, target: Path) -> tuple[Path, Path]:
    """Build an sdist and a wheel, both from the source tree itself."""
    run(
        *(sys.executable, '-m', 'build', '--sdist', '--wheel'),
        *('--outdir', target, source),
    )
    (sdist,) = target.glob('*.tar.gz')
    (wheel,) = target.glob('*.whl')
    return sdist, wheel


def check_archive(clone: Path, wheel: Path) -> None:
    """Build from the files alone, as an archive of the commit has them.

    They are unpacked in the clone of another project, as it were, whose git
    must not be asked.
    """
    folder = clone / 'unpacked'
    tar = clone / 'files.tar'
    run(
        *('git', '-C', clone, 'archive', f'--prefix={folder.name}/'),
        *(f'--output={tar}', 'HEAD'),
    )
    run('tar', '-xf', tar, '-C', clone)
    run(sys.executable, '-m', 'build', '--wheel', '-o', folder, folder)
    (built,) = folder.glob('*.whl')
    # The version without the count of commits, which only git knows.
    name = re.sub(r'(-[\d.]+)(\.dev\d+)?-', r'\1.dev0-', wheel.name)
    expect(built.name == name, f'from an archive comes {built.name}')
    files, files_built = (
        {each for each in wheel_files(file) if '.dist-info/' not in each}
        for file in (wheel, built)
    )
    expect_same('package from an archive', files, files_built)
    passed(f'{built.name} builds from an archive of the files alone')


def check_sdist(sdist: Path, tracked: Iterable[str]) -> None:
    """Check that it has what is in git, and what stands in for git."""
    missing = {*tracked, 'PKG-INFO', 'AUTHORS', 'ChangeLog'} - {
        name.partition('/')[2] for name in sdist_files(sdist)
    }
    # pbr leaves them out: without git they are of no use.
    missing -= {'.gitignore', '.gitreview'}
    expect(not missing, f'the sdist lacks {sorted(missing)}')
    passed(f'the sdist has all that is in git ({sdist.stat().st_size} bytes)')


def check_wheel(wheel: Path, tracked: Iterable[str]) -> None:
    """Check that it has the package, its metadata and nothing else."""
    files = wheel_files(wheel)
    version = wheel.name.split('-')[1]
    info = f'{PACKAGE}-{version}.dist-info'
    package = {name for name in files if name.startswith(f'{PACKAGE}/')}
    expect_same(
        'package in the wheel',
        {name for name in tracked if name.startswith(f'{PACKAGE}/')},
        package,
    )
    others = {name for name in files if not name.startswith(f'{info}/')}
    expect(others == package, f'the wheel has {sorted(others - package)}')

    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_bytes(archive.read(f'{info}/METADATA'))
        entry_points = archive.read(f'{info}/entry_points.txt').decode()
    check_metadata(metadata, version)
    check_entry_points(entry_points)
    passed(f'the wheel has the package, its metadata and nothing else '
           f'({len(files)} files, {wheel.stat().st_size} bytes)')  # fmt: skip


def check_metadata(metadata: Message, version: str) -> None:
    """Check what PyPI and pip are told."""
    bounds = {
        line.partition('#')[0].strip()
        for line in (CHECKOUT / 'requirements.txt').read_text().splitlines()
    } - {''}
    expect_same(
        'requirements in the metadata',
        bounds,
        set(metadata.get_all('Requires-Dist', [])),
    )
    expect(
        all(re.fullmatch(r'[\w.-]+>=[\d.]+', bound) for bound in bounds),
        'requirements.txt has more than lower bounds',
    )
    for name, value in (
        ('Name', 'osc-iface'),
        ('Version', version),
        ('Requires-Python', '>=3.11'),
        ('License', 'Apache-2.0'),
    ):
        found = metadata[name]
        expect(found == value, f'{name} in the metadata is {found}')


def check_entry_points(text: str) -> None:
    """Check that the commands are there, and no others."""
    parser = configparser.ConfigParser()
    parser.read_string(text)
    expect_same(
        'entry points',
        {'openstack.compute.v2', *FORMATS},
        set(parser.sections()),
    )
    expect_same(
        'commands',
        {name.replace(' ', '_') for name in COMMANDS},
        set(parser['openstack.compute.v2']),
    )
    for group in sorted(FORMATS):
        expect_same(
            f'formats in {group}',
            {'csv', 'json', 'report', 'table', 'value', 'yaml'},
            set(parser[group]),
        )


def check_installation(folder: Path, wheel: Path, client: str) -> None:
    """Install the wheel beside a client; check what changes."""
    home = folder / client
    venv.create(home, with_pip=True)
    pip = (home / 'bin' / 'python', '-m', 'pip')
    constraints = CHECKOUT / 'constraints' / f'{client}.txt'
    packages = ['python-openstackclient', *MORE.get(client, ())]
    run(*pip, 'install', *packages, PIP_CONSTRAINT=constraints.as_uri())
    before = set(run(*pip, 'freeze', '--all').splitlines())
    listed = run(home / 'bin' / 'openstack', 'command', 'list')
    expect('server interface' not in listed, f'{client} has the commands')

    # As a user does, who knows of no constraints.
    run(*pip, 'install', wheel, PIP_CONSTRAINT='')
    after = set(run(*pip, 'freeze', '--all').splitlines())
    changed = sorted(before - after)
    expect(not changed, f'beside {client}, pip replaces {changed}')
    added = sorted(line.partition(' @ ')[0] for line in after - before)
    run(*pip, 'check')
    passed(
        f'beside the client of {client}.txt, none of {len(before)} packages '
        f'changes, and these come: {", ".join(added)}; pip check'
    )
    check_commands(home / 'bin' / 'openstack', folder)


def check_commands(openstack: Path, folder: Path) -> None:
    """Check that the client knows the commands and completes them."""
    version = run(openstack, '--version').strip()
    listed = run(
        *(openstack, 'command', 'list', '-f', 'value', '-c', 'Commands'),
        *('--group', 'openstack.compute.v2'),
    )
    script = folder / 'complete.bash'
    script.write_text(run(openstack, 'complete'))

    def completed(*words: str) -> set[str]:
        found = run('bash', '-c', _COMPLETE, '-', script, 'openstack', *words)
        return set(found.split())

    expect('interface' in completed('server', 'int'), 'no "interface"')
    expect_same(
        'completed commands',
        {name.split()[-1] for name in COMMANDS},
        completed('server', 'interface', ''),
    )
    for command in COMMANDS:
        expect(command in listed, f'{command} is not in "command list"')
        usage = run(openstack, 'help', *command.split()).split('\n\n')[0]
        options = set(re.findall(r'--[a-z][a-z-]+', usage))
        expect(bool(options - {'--help'}), f'no options in: {usage}')
        # The usage has some in their short form alone.
        missing = options - completed(*command.split(), '--')
        expect(not missing, f'{command}: {sorted(missing)} not completed')
    passed(f'{version} lists the commands; bash completes them, and options')


def sdist_files(sdist: Path) -> set[str]:
    """Return the names of the files in an sdist."""
    with tarfile.open(sdist) as archive:
        return {item.name for item in archive if item.isfile()}


def wheel_files(wheel: Path) -> set[str]:
    """Return the names of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def run(*command: str | Path, **variables: str) -> str:
    """Run a command that must succeed; return its standard output."""
    done = subprocess.run(
        command,
        cwd=tempfile.gettempdir(),  # not where the package can be imported
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = ' '.join(map(str, command))
        raise CheckFailed(f'{words}\n{done.stdout}{done.stderr}')
    return done.stdout


def expect(condition: bool, failure: str) -> None:
    """Fail with this message unless the condition holds."""
    if not condition:
        raise CheckFailed(failure)


def expect_same(what: str, expected: set[str], found: set[str]) -> None:
    """Fail unless both sets are the same."""
    expect(
        expected == found,
        f'{what}: missing {sorted(expected - found)}, '
        f'not expected {sorted(found - expected)}',
    )


def passed(what: str) -> None:
    """Say that a check has passed."""
    print(f'passed: {what}', flush=True)


if __name__ == '__main__':
    sys.exit(main())
