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


"""Calls at the same time, and when to end them."""

import threading
from typing import Any

import fixtures
import requests
import testtools

from osc_iface import errors
from osc_iface.wire import parallel


def failure(status: int | None) -> errors.CallFailed:
    """Return what is raised for an answer of this status, or for none."""
    if status is None:
        return errors.CallFailed('Silence.')
    response = requests.Response()
    response.status_code = status
    return errors.CallFailed(f'It answered {status}.', response)


class TestBoth(testtools.TestCase):
    def test_are_under_way_at_once(self) -> None:
        meeting = threading.Barrier(2)

        def call(value: str) -> str:
            meeting.wait(60)
            return value

        self.assertEqual(
            ('a', 'b'), parallel.both(lambda: call('a'), lambda: call('b'))
        )

    def test_first_failure_is_the_one_that_is_told(self) -> None:
        def fail(word: str) -> None:
            raise errors.CallFailed(word)

        for first, second, told in (
            (lambda: fail('a'), lambda: fail('b'), 'a'),
            (lambda: None, lambda: fail('b'), 'b'),
            (lambda: fail('a'), lambda: None, 'a'),
        ):
            failed = self.assertRaises(
                errors.CallFailed, parallel.both, first, second
            )
            self.assertEqual(told, str(failed))


class TestEach(testtools.TestCase):
    """One after the other, to know in which order they end."""

    def setUp(self) -> None:
        super().setUp()
        self.useFixture(
            fixtures.MonkeyPatch('osc_iface.wire.parallel.IN_FLIGHT', 1)
        )
        self.asked: list[str] = []

    def results(self, *answers: Any) -> list[Any]:
        """Ask for as many things as there are answers; give what came."""

        def ask(id_: str) -> Any:
            self.asked.append(id_)
            answer = answers[int(id_)]
            if isinstance(answer, Exception):
                raise answer
            return answer

        ids = [str(number) for number in range(len(answers))]
        found = list(parallel.each(ask, ids))
        self.assertEqual(ids, [id_ for id_, _answer in found])
        return [answer for _id, answer in found]

    def assert_given_up(self, *answers: Any) -> None:
        failed = self.assertRaises(errors.CallFailed, self.results, *answers)
        self.assertEqual(
            'No usable answer 8 times in a row, so the others were not asked '
            f'for. The last one: {answers[7]}',
            str(failed),
        )

    def test_nothing_to_ask_for(self) -> None:
        self.assertEqual([], self.results())

    def test_eight_without_an_answer_of_use_are_enough(self) -> None:
        for status in (None, 401, 429, 500, 503):
            self.asked.clear()
            self.assert_given_up(*[failure(status)] * 12)

            self.assertEqual(list('01234567'), self.asked)

    def test_seven_are_not(self) -> None:
        failures = [failure(500)] * 7

        self.assertEqual(failures, self.results(*failures))

    def test_only_those_in_a_row_count(self) -> None:
        for answer in ('fine', failure(404)):
            answers = [*[failure(500)] * 7, answer, *[failure(500)] * 7]

            self.assertEqual(answers, self.results(*answers))

    def test_what_is_about_one_of_them_is_no_outage(self) -> None:
        for status in (400, 403, 404, 499):
            failures = [failure(status)] * 20

            self.assertEqual(failures, self.results(*failures))

    def test_own_fault_loses_no_other(self) -> None:
        first, broken, last = self.results('a', KeyError('x'), 'b')

        self.assertEqual(('a', 'b'), (first, last))
        self.assertEqual("Cannot read server 1: KeyError: 'x'.", str(broken))

    def test_own_fault_names_what_was_asked_for(self) -> None:
        def ask(id_: str) -> None:
            raise KeyError(id_)

        [(_id, broken)] = parallel.each(ask, ['network'], 'each')

        self.assertEqual(
            "Cannot read each network: KeyError: 'network'.", str(broken)
        )
