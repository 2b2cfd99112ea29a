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

"""How long ago something was, by the clock of whoever tells it."""

import datetime
import email.utils
import functools

from osc_iface.wire.answer import Answer


def since(answer: Answer, time: str | None) -> float | None:
    """Return how long ago a time was when an answer was sent.

    Both are of the same service, so that the clock here does not count.

    :param answer: the answer
    :param time: the time, as it stands in the answer
    :returns: seconds; None where the service does not tell
    """
    try:
        sent = _sent(answer.response.headers.get('Date', ''))
        then = datetime.datetime.fromisoformat(time or '')
    except ValueError:
        return None
    return (sent - _utc(then)).total_seconds()


@functools.lru_cache(maxsize=8)  # an answer has many times, and one of these
def _sent(date: str) -> datetime.datetime:
    """Return the time when an answer was sent, from its header."""
    return _utc(email.utils.parsedate_to_datetime(date))


def _utc(time: datetime.datetime) -> datetime.datetime:
    """Return a time with a zone; Nova leaves out that of its own."""
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
