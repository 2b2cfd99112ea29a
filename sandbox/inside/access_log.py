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

"""A log of the requests that a service answered, one JSON object a line."""

from collections.abc import Iterable
import datetime
import json
import os
import threading
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class AccessLog:
    """WSGI middleware that writes a line before the answer leaves.

    A client that has its answer can therefore count on finding its request
    in the file.
    """

    def __init__(self, application: WSGIApplication, path: str) -> None:
        """Append to the file at ``path`` what ``application`` is asked."""
        self.application = application
        # One write() a line in append mode, unbuffered: no torn lines.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self.file = os.open(path, flags, 0o600)
        self.lock = threading.Lock()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request and log it when its status is known."""
        # Services rewrite these on their way to the resource.
        asked = {
            'method': environ['REQUEST_METHOD'],
            'path': environ['SCRIPT_NAME'] + environ['PATH_INFO'],
            'query': environ['QUERY_STRING'],
            'user_agent': environ.get('HTTP_USER_AGENT'),
            'microversion': environ.get('HTTP_OPENSTACK_API_VERSION'),
        }

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            self.write(asked, status, headers)
            return start_response(status, headers, exc_info)

        return self.application(environ, start)

    def write(
        self,
        asked: dict[str, Any],
        status: str,
        headers: list[tuple[str, str]],
    ) -> None:
        """Write the line of one request."""
        answered = {name.lower(): value for name, value in headers}
        now = datetime.datetime.now(datetime.UTC)
        line = {
            'time': now.isoformat(),
            **asked,
            'status': int(status.split()[0]),
            'request_id': answered.get('x-openstack-request-id'),
        }
        with self.lock:
            os.write(self.file, json.dumps(line).encode() + b'\n')
