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

"""A real service behind something that fails now and then."""

from collections.abc import Mapping, Sequence

import requests

from osc_iface.tests.fake.faults import FaultCloud, Play, Route
from osc_iface.tests.fake.plays import Reply
from osc_iface.tests.fake.server import Request


class Forwarder(FaultCloud):
    """A load balancer before a real service, which plays now and then.

    :param service: scheme, host and port of the service
    :param plays: as for :class:`FaultCloud`
    """

    def __init__(
        self, service: str, plays: Mapping[Route, Sequence[Play]]
    ) -> None:
        super().__init__(plays)
        self._service = service

    def right(self, request: Request) -> Reply:
        """Return what the service answers."""
        answer = requests.get(
            self._service + request.url,
            headers={
                name: value
                for name, value in request.headers.items()
                if name.lower() not in ('host', 'connection')
            },
            timeout=60,
            allow_redirects=False,
        )
        kept = ('x-openstack-request-id', 'openstack-api-version')
        return Reply(
            answer.status_code,
            answer.content,
            answer.headers.get('Content-Type', ''),
            {name: answer.headers.get(name, '') for name in kept},
        )
