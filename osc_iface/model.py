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

"""What is known of servers, their interfaces and ports."""

from typing import NamedTuple, TypedDict

# The parameters of a request.
Query = list[tuple[str, str]]


class FixedIP(TypedDict):
    """An address of an interface."""

    ip_address: str
    subnet_id: str


class Interface(TypedDict, total=False):
    """An interfaceAttachment of the API; its keys in the API's words.

    All but ``port_id`` may be None, or missing from an incomplete answer.
    ``tag`` is there from microversion 2.70 on.
    """

    fixed_ips: list[FixedIP] | None
    mac_addr: str | None
    net_id: str | None
    port_id: str
    port_state: str | None
    tag: str | None


# In the order of the API reference.
FIELDS = ('fixed_ips', 'mac_addr', 'net_id', 'port_id', 'port_state', 'tag')


class Server(NamedTuple):
    """A server: what a list of interfaces says of it.

    All but ``id`` are None where the call that found it does not tell;
    ``name`` is None, too, for a server in a cell that is down (microversion
    2.69 on). ``status`` is the API's word, such as ``ACTIVE``.
    """

    id: str
    name: str | None = None
    project_id: str | None = None
    status: str | None = None


class Port(NamedTuple):
    """A port, and the interface that it is for its server.

    ``interface`` is in the words of the Compute service, without the tag,
    which the Network service does not know. ``owner`` is the kind of thing
    that has the port: ``compute:`` and a zone if that is a server, but Nova
    goes by the ID alone.
    """

    server_id: str
    owner: str
    interface: Interface


class Row(NamedTuple):
    """An interface, and the server that has it: a row of a list."""

    server: Server
    interface: Interface
