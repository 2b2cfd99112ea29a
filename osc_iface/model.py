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

from typing import Any, NamedTuple, TypedDict

# The parameters of a request.
Query = list[tuple[str, str]]


class Scope(NamedTuple):
    """Whose servers are listed, where none are named.

    ``project_id`` is None for those of all projects, and where there is no
    Identity service.
    """

    all_projects: bool
    project_id: str | None

    @property
    def query(self) -> Query:
        """The same as both services take it."""
        return [('project_id', self.project_id)] if self.project_id else []


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
    2.69 on). ``status`` is the API's word, such as ``ACTIVE``, ``task`` is
    what is being done with it, as in ``powering-on``, and ``fault`` what went
    wrong where the status is ``ERROR``; None for nothing, too. ``by_id`` tells
    that the user named the server by its ID.
    """

    id: str
    name: str | None = None
    project_id: str | None = None
    status: str | None = None
    by_id: bool = False
    task: str | None = None
    fault: str | None = None


class Attributes(TypedDict, total=False):
    """What else is known of a port; its keys in the words of the API.

    A key is missing where it was not asked for, where the cloud does not
    have the extension, or where a policy hides it from the user.
    ``host_id``, ``vif_type`` and ``vnic_type`` are ``binding:...`` there.
    """

    name: str | None
    admin_state_up: bool | None
    security_groups: list[str] | None
    port_security_enabled: bool | None
    allowed_address_pairs: list[dict[str, Any]] | None
    vnic_type: str | None
    qos_policy_id: str | None
    trunk_details: dict[str, Any] | None
    host_id: str | None
    vif_type: str | None


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
    attributes: Attributes = Attributes()


class FloatingIP(NamedTuple):
    """A floating IP, and where it leads to.

    ``ports`` are the IDs of the ports behind it, by forwardings of single
    ports, too; ``fixed_address`` is the one behind it, None where it leads
    nowhere or to several, and ``network_id`` the network that this is on,
    None where that was not asked for or is not known.
    """

    address: str
    fixed_address: str | None
    ports: frozenset[str]
    network_id: str | None = None


class Row(NamedTuple):
    """An interface, and the server that has it: a row of a list.

    ``port`` is None where nothing but the interface was asked for, or the
    user may not see it.
    """

    server: Server
    interface: Interface
    port: Port | None = None
