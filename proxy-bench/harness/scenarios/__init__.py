"""What can be measured, in the order in which it is."""

from . import absolute, identity, requests, streams

ALL = {scenario.name: scenario for scenario in [*requests.ALL, *streams.ALL, *absolute.ALL, *identity.ALL]}
