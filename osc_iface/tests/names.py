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

"""Names that clients are known to stumble over."""

# A name from every class that Nova accepts.
NAMES = (
    'web',
    'web.*',
    '^web$',
    '(web|db)[0-9]+{2}?',
    'back\\slash',
    'a/b',
    '../flavors',
    '..',
    '.',
    'a?fields=id&name=b',
    'a#b',
    '100%',
    '%2e%2e%2f',
    'it\'s "quoted"',
    'two  words',
    '\u7ba1\u7406\u30b5\u30fc\u30d0',
    '\u0645\u062f\u06cc\u0631',
    '☁ ☂',
    '10.0.0.5',
    '2001:db8::5',
    'fa:16:3e:4c:2c:30',
    '42',
    'None',
    '--name',
    '-f',
    '12345678-1234-4234-8234-123456789abc',
    'aa',
    'aaa',
)
