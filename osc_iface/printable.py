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

"""Text from outside, made safe to show to a person."""

import unicodedata

# Control, surrogate and format characters (the latter hold the bidirectional
# overrides), and separators that break a line.
_UNSAFE = frozenset({'Cc', 'Cf', 'Cs', 'Zl', 'Zp'})
# Of the format characters, two are letters' business in living scripts.
_JOINERS = '\u200c\u200d'
# Characters of what was typed that a message repeats.
LIMIT = 200


def printable(text: str) -> str:
    r"""Replace what a terminal might obey instead of show.

    :param text: text that a user typed or a service sent
    :returns: the same text on one line, each control character, escape and
        bidirectional override written as Python writes it: ``\x1b``,
        ``\u202e``
    """
    if text.isprintable():
        return text
    return ''.join(
        char.encode('unicode_escape').decode('ascii')
        if unicodedata.category(char) in _UNSAFE and char not in _JOINERS
        else char
        for char in text
    )


def beginning(text: str, limit: int = LIMIT) -> str:
    """Make text fit for a message: printable, and not too long to read.

    :param text: text that a user typed or a service sent
    :param limit: how many of its characters are enough
    :returns: what :func:`printable` makes of the text, or of its beginning
    """
    if len(text) <= limit:
        return printable(text)
    return printable(text[:limit]) + '...'
