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

"""What some clients and their libraries say in words of their own."""

import re

# Each is said whatever the command, and is not ours to mend.
_OWN_WORDS = (
    # python-openstackclient 7.5 looks for a microversion among the versions.
    (r'^compute version \S+ is not in supported versions: 2, 2\.1\n', ''),
    # osc-lib 4.0 says so after each command that has not logged in.
    (
        r"^Could not clean up: 'ClientManager' object has no attribute "
        r"'session'\n",
        '',
    ),
    # urllib3 1.x compares the name in a certificate itself, and logs it, too.
    (r'^Certificate did not match expected hostname: .*\n', ''),
    (
        r"hostname '127\.0\.0\.1' doesn't match '[\d.]+'",
        "IP address mismatch, certificate is not valid for '127.0.0.1'",
    ),
)

# Of a microversion that there is none of: up to 6.x the client goes by what
# it knows, later the SDK asks the service.
NO_SUCH_MICROVERSION = (
    r'^versions supported by client: 2\.1 - 2\.\d+\n$|'
    'A default microversion for service compute of 2.9999 was requested, but '
    r'the cloud only supports a minimum of 2\.1 and a maximum of 2\.\d+'
)


def as_newest(stderr: str) -> str:
    """Return what is on standard error, as the newest client has it."""
    for pattern, words in _OWN_WORDS:
        stderr = re.sub(pattern, words, stderr, flags=re.MULTILINE)
    return stderr
