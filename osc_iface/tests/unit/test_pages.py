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


"""Lists in parts: pages, and what fits into a URL."""

import testtools

from osc_iface.model import Query
from osc_iface.wire import pages

IDS = [f'{number:036}' for number in range(400)]


class TestCut(testtools.TestCase):
    """What stands in a URL takes a character more than it has."""

    def cut(self, *items: str, room: int) -> list[list[str]]:
        return list(pages.cut(items, str, room))

    def test_fills_the_room_and_no_more(self) -> None:
        for room, expected in (
            (8, [['aaa', 'bbb'], ['ccc']]),
            (7, [['aaa'], ['bbb'], ['ccc']]),
            (11, [['aaa', 'bbb'], ['ccc']]),
            (12, [['aaa', 'bbb', 'ccc']]),
        ):
            self.assertEqual(
                expected, self.cut('aaa', 'bbb', 'ccc', room=room)
            )

    def test_counts_what_is_sent(self) -> None:
        self.assertEqual([['/'], ['/']], self.cut('/', '/', room=7))
        self.assertEqual([['/', '/']], self.cut('/', '/', room=8))
        self.assertEqual(
            [['a'], ['b']], list(pages.cut('ab', lambda text: text * 3, 7))
        )

    def test_what_is_too_long_alone_is_a_part(self) -> None:
        self.assertEqual(
            [['aaaaa'], ['b'], ['ccccc'], ['d']],
            self.cut('aaaaa', 'b', 'ccccc', 'd', room=4),
        )

    def test_of_nothing_there_is_no_part(self) -> None:
        self.assertEqual([], self.cut(room=4))

    def test_room_is_what_servers_take(self) -> None:
        """Apache takes 8,190 for a line, and there is more than this on it."""
        self.assertEqual(
            [189, 189, 22], [len(part) for part in pages.cut(IDS, str)]
        )


class TestParts(testtools.TestCase):
    """Here a value comes with its key: ``a=1&a=2&``, less the last mark."""

    def parts(self, query: Query, room: int) -> list[Query]:
        return list(pages.parts(query, room))

    def test_what_fits_is_one(self) -> None:
        query = [('a', '1'), ('a', '2'), ('b', '3')]

        self.assertEqual([query], self.parts(query, 11))
        self.assertEqual([[]], self.parts([], 0))

    def test_values_of_the_longest_key_are_shared_out(self) -> None:
        self.assertEqual(
            [
                [('b', '3'), ('a', '1'), ('a', '2')],
                [('b', '3'), ('a', '4')],
            ],
            self.parts([('a', '1'), ('a', '2'), ('b', '3'), ('a', '4')], 12),
        )

    def test_shares_are_equal(self) -> None:
        query = [('a', f'{number:02}') for number in range(10)]

        # Five characters each: not four, four and two.
        self.assertEqual(
            [4, 4, 2], [len(part) for part in self.parts(query, 20)]
        )
        self.assertEqual([5, 5], [len(part) for part in self.parts(query, 30)])

    def test_two_long_keys_are_both_cut(self) -> None:
        query = [('a', '11'), ('a', '22'), ('b', '33'), ('b', '44')]

        parts = self.parts(query, 10)

        self.assertEqual(
            [
                {('a', one), ('b', other)}
                for one in ('11', '22')
                for other in ('33', '44')
            ],
            sorted(map(set, parts), key=sorted),
        )

    def test_things_asked_of_fixed_ips_are_keys_of_their_own(self) -> None:
        """A port has to fit one of each."""
        subnet = ('fixed_ips', 'subnet_id=1')
        addresses = [('fixed_ips', f'ip_address={n}') for n in '1234']

        for part in self.parts([subnet, *addresses], 80):
            self.assertIn(subnet, part)
            self.assertEqual(3, len(part))

    def test_single_values_are_for_the_service_to_refuse(self) -> None:
        query = [('a', '1' * 50), ('b', '2' * 40)]

        self.assertEqual([query], self.parts(query, 10))

    def test_room_is_what_servers_take(self) -> None:
        # 40 characters each, less a mark at the end, and 7,000 of them.
        for count, sizes in (
            (175, [175]),
            (176, [88, 88]),
            (400, [134, 134, 132]),
        ):
            query = [('id', id_) for id_ in IDS[:count]]

            self.assertEqual(sizes, [len(p) for p in pages.parts(query)])


class TestMarkers(testtools.TestCase):
    """Where the next page begins, whatever has gone meanwhile."""

    def test_is_the_last_of_a_page(self) -> None:
        markers = pages.Markers()
        self.assertIsNone(markers.marker)

        self.assertTrue(markers.go_on('ab'))
        self.assertEqual('b', markers.marker)
        self.assertTrue(markers.go_on('cd'))
        self.assertEqual('d', markers.marker)

    def test_goes_twice_as_far_back_each_time(self) -> None:
        markers = pages.Markers()
        markers.go_on('abcdefgh')

        seen = []
        while markers.step_back() and markers.marker:
            seen.append(markers.marker)

        self.assertEqual(['g', 'e', 'a'], seen)

    def test_ends_at_a_service_that_refuses_every_marker(self) -> None:
        markers = pages.Markers()
        markers.go_on('ab')

        self.assertEqual(
            [True] * 20 + [False], [markers.step_back() for _ in range(21)]
        )
        self.assertIsNone(markers.marker)

    def test_same_page_again_is_the_end(self) -> None:
        markers = pages.Markers()
        markers.go_on('ab')
        markers.go_on('cd')

        self.assertFalse(markers.go_on('cd'))

    def test_list_may_begin_anew_but_not_for_ever(self) -> None:
        markers = pages.Markers()
        markers.go_on('ab')

        self.assertEqual(
            [True] * 20 + [False], [markers.go_on('ab') for _ in range(21)]
        )

    def test_page_that_is_partly_new_is_not(self) -> None:
        markers = pages.Markers()
        markers.go_on('ab')

        self.assertTrue(markers.go_on('bc'))
        self.assertEqual('c', markers.marker)

    def test_pages_may_come_again_as_far_as_it_went_back(self) -> None:
        """With a page of one item, one for each step."""
        markers = pages.Markers()
        for id_ in 'abcde':
            markers.go_on([id_])
        for _step in range(2):  # to d, then b
            markers.step_back()
        self.assertEqual('b', markers.marker)

        for id_ in 'cde':
            self.assertTrue(markers.go_on([id_]), id_)
        self.assertEqual('e', markers.marker)
        self.assertFalse(markers.go_on(['e']))
