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

"""All checks asked for what they find, less what needs no saying."""

from collections.abc import Iterable, Iterator
import dataclasses

from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    REGISTRY,
    Check,
    Finding,
    Need,
    Wanted,
)


class Judge:
    """Asks the checks, again and again, as more is known.

    :param wanted: which findings are wanted
    """

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._found: dict[str, list[Finding]] = {}

    def judged(
        self, facts: Facts, *news: Need, everything: bool = False
    ) -> list[Finding]:
        """Return what is found, the worst first.

        :param facts: what is known
        :param news: what alone is new in that since the last time
        :param everything: whether all of it is
        :returns: the findings, less those that follow from another
        """
        for check in self._wanted.involved:
            if everything or not (check.needs | check.uses).isdisjoint(news):
                self._found[check.name] = list(_found(facts, check))
        said = [
            finding
            for each in self._wanted.checks
            for finding in _unexplained(self._found, each)
            if finding.weight >= self._wanted.lowest
        ]
        return sorted(said, key=lambda finding: -finding.weight)


def judged(facts: Facts, wanted: Wanted) -> list[Finding]:
    """Return what is found in facts that will not change."""
    return Judge(wanted).judged(facts, everything=True)


def confirmed(
    first: Iterable[Finding], second: Iterable[Finding]
) -> list[Finding]:
    """Return the findings of a second reading that are no passing ones.

    What two services say is not of the same moment. What only one of two
    readings shows was a change under way.
    """
    seen = {(each.check, each.object_id) for each in first}
    return [
        each
        for each in second
        if not REGISTRY[each.check].compares
        or (each.check, each.object_id) in seen
    ]


def _found(facts: Facts, check: Check) -> Iterator[Finding]:
    """Yield what a check finds, its name and severity filled in."""
    for finding in check.judge(facts):
        yield dataclasses.replace(
            finding,
            check=check.name,
            severity=finding.severity or check.severities[0],
        )


def _unexplained(
    found: dict[str, list[Finding]], check: Check
) -> Iterator[Finding]:
    """Yield the findings of a check that do not follow from another."""
    explained = {
        id_
        for name in check.unless
        for finding in found.get(name, ())
        for id_ in finding.about
    }
    for finding in found[check.name]:
        if finding.object_id not in explained:
            yield finding
