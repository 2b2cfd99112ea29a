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

"""How often Python looks for garbage, during a command and after it."""

import gc

import testtools

from osc_iface import garbage


class TestGarbage(testtools.TestCase):
    def test_is_looked_for_rarely_and_then_as_before(self) -> None:
        before = gc.get_threshold()
        self.addCleanup(gc.set_threshold, *before)
        gc.set_threshold(500, 7, 9)

        def fail() -> None:
            with garbage.looked_for_rarely():
                self.assertEqual((500, 7, 1000), gc.get_threshold())
                raise ValueError

        self.assertRaises(ValueError, fail)

        self.assertEqual((500, 7, 9), gc.get_threshold())

    def test_not_more_often_than_the_user_wants(self) -> None:
        before = gc.get_threshold()
        self.addCleanup(gc.set_threshold, *before)
        gc.set_threshold(0, 10, 5000)  # never

        with garbage.looked_for_rarely():
            self.assertEqual((0, 10, 5000), gc.get_threshold())
