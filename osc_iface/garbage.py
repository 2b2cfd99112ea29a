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

"""How often Python looks for garbage among all that a long list is made of."""

from collections.abc import Iterator
import contextlib
import gc

# Before all objects are looked through, the younger ones are so many times.
_RARELY = 1000


@contextlib.contextmanager
def looked_for_rarely() -> Iterator[None]:
    """Look for it among what is older only rarely, as long as this lasts.

    Ten thousand servers are a million objects that stay. By default, a third
    of a command's CPU seconds goes into looking through them in vain.
    """
    youngest, younger, all_ = gc.get_threshold()
    gc.set_threshold(youngest, younger, max(all_, _RARELY))
    try:
        yield
    finally:
        gc.set_threshold(youngest, younger, all_)
