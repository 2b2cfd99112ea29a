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

"""What Compute may hear of yet: findings about changes of a moment ago."""

from collections.abc import Iterable
import dataclasses

from osc_iface.check.advice import Advice
from osc_iface.check.findings import Finding, Severity

# Seconds in which Compute hears of a change, where it is told of changes, or
# has finished what it changes itself.
HEARING = 30


def noted(finding: Finding, ages: Iterable[float | None]) -> Finding:
    """Return a finding; a note where all that it is about is a moment old.

    :param finding: as it is where it stays so
    :param ages: how long ago what it is about was changed; None is unknown
    """
    known = list(ages)
    young = [age for age in known if age is not None and age <= HEARING]
    if not young or len(young) < len(known):
        return finding
    return dataclasses.replace(
        finding,
        text=(
            f'{finding.text} It was changed {max(0, round(min(young)))} s '
            f'ago, and this may pass.'
        ),
        advice=Advice(f'Check again in {HEARING} s.'),
        severity=Severity.NOTE,
    )
