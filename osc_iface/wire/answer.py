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

"""An answer of a service, and what is taken from it, checked."""

import dataclasses
import re
from typing import Any

import requests

from osc_iface import errors
from osc_iface.wire import failures


@dataclasses.dataclass(frozen=True)
class Answer:
    """A JSON object that a service sent with a success status.

    Nothing in it is trusted before one of the methods has looked at it; they
    raise :class:`osc_iface.errors.CallFailed` for what is not as it should
    be.
    """

    body: dict[str, Any]
    response: requests.Response
    service: str
    action: str

    @property
    def microversion(self) -> tuple[int, int] | None:
        """The version that the service answered in; None if it has none."""
        header = self.response.headers.get('OpenStack-API-Version', '')
        match = re.fullmatch(r'compute ([0-9]{1,9})\.([0-9]{1,9})', header)
        return (int(match[1]), int(match[2])) if match else None

    def fault(self, fault: str) -> errors.CallFailed:
        """Return what to raise for this answer; ``fault`` says what it is."""
        return failures.from_body(
            self.response, self.service, self.action, fault
        )

    def object(self, key: str) -> dict[str, Any]:
        """Return the object under a key of the body."""
        return self._object(self.body.get(key), key)

    def part(self, item: dict[str, Any], key: str) -> dict[str, Any]:
        """Return the object in a part of the body; empty where null."""
        value = item.get(key)
        return {} if value is None else self._object(value, key)

    def objects(self, key: str) -> list[dict[str, Any]]:
        """Return the list of objects under a key of the body."""
        return self.objects_of(self.body, key)

    def objects_of(
        self, item: dict[str, Any], key: str
    ) -> list[dict[str, Any]]:
        """Return the list of objects under a key of a part of the body."""
        value = item.get(key)
        if not isinstance(value, list):
            raise self.fault(f'JSON without a list of {key}')
        return [self._object(entry, key) for entry in value]

    def has_next(self, key: str) -> bool:
        """Return whether the answer links to a further page of a list."""
        links = self.body.get(f'{key}_links')
        return isinstance(links, list) and any(
            isinstance(link, dict) and link.get('rel') == 'next'
            for link in links
        )

    def text(self, item: dict[str, Any], key: str) -> str:
        """Return the text under a key of a part of the body."""
        value = item.get(key)
        if not isinstance(value, str):
            raise self.fault(f'JSON in which {key} is not text')
        try:
            value.encode()
        except UnicodeEncodeError as exc:
            raise self.fault(f'JSON in which {key} is not text') from exc
        return value

    def text_or_none(self, item: dict[str, Any], key: str) -> str | None:
        """Return the text under a key of a part of the body, or None."""
        return None if item.get(key) is None else self.text(item, key)

    def texts_or_none(
        self, item: dict[str, Any], key: str
    ) -> list[str] | None:
        """Return the list of texts under a key of a part, or None."""
        value = item.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.fault(f'JSON without a list of {key}')
        return [self.text({key: each}, key) for each in value]

    def flag_or_none(self, item: dict[str, Any], key: str) -> bool | None:
        """Return whether a key of a part of the body is true, or None."""
        value = item.get(key)
        if not isinstance(value, bool | None):
            raise self.fault(f'JSON in which {key} is not true or false')
        return value

    def number_or_none(self, item: dict[str, Any], key: str) -> int | None:
        """Return the integer under a key of a part of the body, or None."""
        value = item.get(key)
        if not isinstance(value, int | None) or isinstance(value, bool):
            raise self.fault(f'JSON in which {key} is not an integer')
        return value

    def object_or_none(
        self, item: dict[str, Any], key: str
    ) -> dict[str, Any] | None:
        """Return the object under a key of a part of the body, or None."""
        value = item.get(key)
        return None if value is None else self._object(value, key)

    def objects_or_none(
        self, item: dict[str, Any], key: str
    ) -> list[dict[str, Any]] | None:
        """Return the list of objects under a key of a part, or None."""
        return None if item.get(key) is None else self.objects_of(item, key)

    def _object(self, value: Any, key: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fault(f'JSON without the object {key}')
        return value
