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

"""The HTTP proxy that requests go through, as the environment names it."""

import re
import urllib.parse

import requests
from urllib3 import exceptions as urllib3
from urllib3 import util

# What only a proxy answers: it wants to know who asks, or is Squid and says
# so. A 403 or 503 without these may be anybody's.
_OWN_STATUS = 407
_OWN_HEADERS = ('Proxy-Authenticate', 'X-Squid-Error')


def address(url: str) -> str:
    """Find out which proxy a request goes through.

    :param url: where the request goes to
    :returns: scheme, host and port of the proxy, and never the user name and
        password before them; '' where there is none
    """
    chosen = _chosen(url)
    scheme, _mark, rest = chosen.rpartition('://')
    # A password may hold whatever separates the parts of a URL.
    host = re.split('[/?#]', rest.rpartition('@')[2])[0]
    return f'{scheme or "http"}://{host}' if chosen else ''


def is_readable(url: str) -> bool:
    """Return whether the URL of the proxy for a request is one."""
    try:
        return bool(util.parse_url(_chosen(url)).host)
    except urllib3.LocationParseError:
        return False


def wrote(response: requests.Response) -> bool:
    """Return whether an answer is a proxy's own, for certain."""
    return response.status_code == _OWN_STATUS or (
        bool(forwarding(response))
        and any(header in response.headers for header in _OWN_HEADERS)
    )


def forwarding(response: requests.Response) -> str:
    """Return the proxy that may have written an answer, as an address, or ''.

    Through a proxy, what is encrypted comes from the service alone.
    """
    url = response.url or ''
    return '' if url.lower().startswith('https:') else address(url)


def masked(text: str) -> str:
    """Return a text without the user names and passwords of the URLs in it."""
    for chosen in map(_chosen, ('http://host', 'https://host')):
        secret = chosen.rpartition('@')[0].rpartition('://')[2]
        if secret:
            text = text.replace(f'{secret}@', '')
    return re.sub(r'(?<=://)[^\s/?#]*@', '', text)


def _chosen(url: str) -> str:
    """Return the URL of the proxy that requests chooses for a URL, or ''."""
    try:
        scheme = urllib.parse.urlsplit(url).scheme
        settings = requests.Session().merge_environment_settings(
            url, {}, None, None, None
        )
    except ValueError:  # no URL
        return ''
    proxies = settings['proxies']
    return proxies.get(scheme) or proxies.get('all') or ''
