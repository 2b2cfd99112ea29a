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

"""Show an interface with no more: ``with_keystoneauth.py SERVER PORT``."""

import json
import os
import sys

from keystoneauth1 import session
from keystoneauth1.identity import v3

server, port = sys.argv[1:]
user = v3.Password(
    auth_url=os.environ['OS_AUTH_URL'],
    username=os.environ['OS_USERNAME'],
    password=os.environ['OS_PASSWORD'],
    project_name=os.environ['OS_PROJECT_NAME'],
    user_domain_name=os.environ['OS_USER_DOMAIN_NAME'],
    project_domain_name=os.environ['OS_PROJECT_DOMAIN_NAME'],
)
answer = session.Session(user).get(
    f'/servers/{server}/os-interface/{port}',
    endpoint_filter={
        'service_type': 'compute',
        'region_name': os.environ['OS_REGION_NAME'],
    },
    headers={'OpenStack-API-Version': 'compute 2.70'},
)
print(json.dumps(answer.json()))
