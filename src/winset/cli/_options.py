"""Options that several commands share, worded once."""

from typing import Annotated

import typer

#: which scenario
ScenarioName = Annotated[
    str, typer.Argument(help="A scenario's name or folder; `winset list` names them.")
]
#: the worldviews to look under
Worldviews = Annotated[
    list[str] | None, typer.Option(help="Under this worldview only. Can be repeated.")
]
#: draws of a study
Draws = Annotated[
    int | None, typer.Option(help="Draws of the uncertain quantities (128; quick 32).")
]
#: the horizon
Months = Annotated[int | None, typer.Option(help="Horizon in months (the scenario's own).")]
#: processes
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes at once (one a core). Changes no result.")
]
#: the date of the evidence
AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="Refuse evidence known later.")]
#: overrides
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="ID=VALUE", help="As in `winset run`. Can be repeated."),
]
#: overrides, where no study is run
DealSets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="ID=VALUE", help="Set a quantity. Can be repeated."),
]
#: values of fighting on stated rather than solved
FightingOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fighting-on",
        metavar="PARTY=VALUE",
        help="State what no agreement is worth to a party. Can be repeated.",
    ),
]
#: the strategy whose offers count
Offers = Annotated[
    str | None, typer.Option(help="Whose offers are on the table (the scenario's baseline).")
]
#: the document instead of the screen
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
#: the seed
Seed = Annotated[int, typer.Option(help="Same seed, same results.")]
#: paths of a study
Paths = Annotated[int | None, typer.Option(help="Paths a draw (128; quick 64).")]
#: a scenario, with or without a war
DealScenario = Annotated[str, typer.Argument(help="A scenario's name, folder or file.")]
