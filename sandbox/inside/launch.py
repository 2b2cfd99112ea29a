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

# What is imported here is only in the services' environment.
# mypy: disable-error-code="import-not-found, import-untyped"

"""Serve one OpenStack service's own WSGI application.

Run by the Python of the services' environment:

    launch.py SERVICE --fd N --access-log FILE

The listening socket is inherited as file descriptor N: the starter has bound
it, so no other program can take the port in between. The socket is served
only when the whole service is ready, so the first answer means "up".
"""

import argparse
from collections.abc import Callable
import importlib
import os
import socket
import sys
import traceback
from wsgiref.types import WSGIApplication

import access_log
import sqlite
import waitress

# One request at a time, because SQLite has one writer at a time: two requests
# can otherwise wait for each other's locks. Nova needs more, since its API
# waits for its other parts; they get along with SQLite.
THREADS = {'nova': 8}
# Asks for the subports of a trunk in a transaction within another; it has one
# thread, in whose way nobody can write.
NESTED = 'neutron'


def module(name: str) -> Callable[[], WSGIApplication]:
    """Return a function that imports a module and gives its application."""

    def load() -> WSGIApplication:
        application: WSGIApplication = importlib.import_module(
            name
        ).application
        return application

    return load


def nova() -> WSGIApplication:
    """Start Nova's other parts in this process; return its API.

    They have to share it: the message bus ``fake://`` lives in its memory.
    """
    import nova_parts

    application: WSGIApplication = nova_parts.start()
    return application


APPLICATIONS: dict[str, Callable[[], WSGIApplication]] = {
    'keystone': module('keystone.wsgi.api'),
    'glance': module('glance.wsgi.api'),
    'placement': module('placement.wsgi.api'),
    'neutron': module('neutron.wsgi.api'),
    'nova': nova,
}


def main() -> None:
    """Load the service named on the command line and serve it for ever."""
    parser = argparse.ArgumentParser()
    parser.add_argument('service', choices=APPLICATIONS)
    parser.add_argument('--fd', type=int, required=True)
    parser.add_argument('--access-log', required=True)
    arguments = parser.parse_args()
    # The services parse sys.argv themselves and know none of our options.
    sys.argv[1:] = []
    sqlite.configure(nested=arguments.service == NESTED)
    try:
        application = APPLICATIONS[arguments.service]()
    except BaseException:
        # Threads that have started already would keep the process alive.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    logged = access_log.AccessLog(application, arguments.access_log)
    listener = socket.socket(fileno=arguments.fd)
    waitress.serve(
        logged,
        sockets=[listener],
        threads=THREADS.get(arguments.service, 1),
        ident=None,
        _quiet=True,
    )


if __name__ == '__main__':
    main()
