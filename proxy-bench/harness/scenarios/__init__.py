"""What can be measured, in the order in which it is."""

from . import requests

ALL = {scenario.name: scenario for scenario in [*requests.ALL]}
