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

"""The page of failures has whatever the code can say."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

import testtools

_PACKAGE = Path(__file__).parents[2]
_PAGE = _PACKAGE.parent / 'doc' / 'source' / 'failures.rst'
# Where texts are those of the help, expressions, or headers of columns and
# what these take.
_NOT_SAID = {
    *('get_parser', 'add', 'add_servers', 'add_project', 'add_filters'),
    *('compile', 'Source', 'TABLE'),
}
# What else a check says are its findings.
_CHECK = (
    *(
        'again',
        'arguments',
        'collect',
        'history',
        'reading',
        'rows',
        'surroundings',
    ),
    *('targets',),
)
# The same of what gets in.
_REACH = ('arguments', 'calls', 'chosen', 'collect', 'rows')
# A header of a column, and names of statuses that no row of the page plays.
_NO_MESSAGES = {'Fixed IP Addresses', 'URI Too Long', 'Range Not Satisfiable'}


class TestPage(testtools.TestCase):
    def test_has_every_message(self) -> None:
        page = ' '.join(_PAGE.read_text().replace('``', '').split())

        missing = [
            f'{path.relative_to(_PACKAGE)}:{line}: {pattern}'
            for path in sorted(_PACKAGE.glob('*.py'))
            + sorted(_PACKAGE.glob('wire/*.py'))
            + [_PACKAGE / 'check' / f'{name}.py' for name in _CHECK]
            + [_PACKAGE / 'reach' / f'{name}.py' for name in _REACH]
            for line, pattern in _messages(ast.parse(path.read_text()))
            if not re.search(pattern, page)
        ]

        self.assertEqual([], missing)

    def test_finds_what_is_missing(self) -> None:
        """Three words in a row are a message, whatever is put in."""
        tree = ast.parse(
            'def f(x):\n'
            "    'This is a docstring.'\n"
            "    return f'There is {x} here, and no more.', 'x-y-z', 'a b'\n"
        )

        self.assertEqual(
            [(3, r'There is .+? here, and no more')], list(_messages(tree))
        )


def _messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what a module may say: the line, and an expression for it."""
    for node in _texts(tree):
        template = _template(node)
        plain = template.replace('.+?', 'x')
        if re.search(r'\w+ \w+ \w+', plain) and plain not in _NO_MESSAGES:
            yield node.lineno, template


def _texts(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Yield the texts in the code, without docstrings and help."""
    if _name(node) in _NOT_SAID:
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(
            child.value, ast.Constant
        ):
            continue
        if isinstance(child, ast.JoinedStr) or (
            isinstance(child, ast.Constant) and isinstance(child.value, str)
        ):
            yield child
        else:
            yield from _texts(child)


def _name(node: ast.AST) -> str:
    """Return what is defined, called or set, or ''."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name
        case ast.Call(func=ast.Attribute(attr=name)):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ''


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    """Return an expression for a text, whatever is put into it."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = ''.join(
        re.sub('%s', '\0', str(part.value))
        if isinstance(part, ast.Constant)
        else '\0'
        for part in parts
    )
    words = ' '.join(text.split()).rstrip('.')
    return re.escape(words).replace('\\ ', ' ').replace('\0', '.+?')
