"""Other programs' files: negotiation domains of Genius, GeniusWeb, NegMAS and NegoLog.

`read_genius` and `read_json` make a `Domain`; `scenario_of` turns it into a scenario that
`winset deals` reads, `domain_of` a scenario into a domain again, `write_genius` and
`write_geniusweb` write it.
"""

from winset.interop.domain import BadDomain, Domain, Profile, Rectangle
from winset.interop.genius import read_genius, write_genius
from winset.interop.json_profiles import read_json, write_geniusweb
from winset.interop.scenarios import domain_of, scenario_of

__all__ = [
    "BadDomain",
    "Domain",
    "Profile",
    "Rectangle",
    "domain_of",
    "read_genius",
    "read_json",
    "scenario_of",
    "write_genius",
    "write_geniusweb",
]
