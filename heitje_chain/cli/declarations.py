"""`heitje declaration`: what partners declare in public, that kinds of jobs replace no paid work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .command import ordering, reading
from .desk import Desk
from .refusals import MISTYPED, Refusal
from .shown import Column

declaration_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

KindsArgument = Annotated[
    list[str], typer.Argument(metavar="KIND...", help="Of jobs, such as green or care; as many as you like.")
]
ByOption = Annotated[
    str,
    typer.Option(
        "--by", metavar="WHO", help="Who stands for it; everybody can read it, such as 'the board'."
    ),
]


@ordering(declaration_app, "add")
def add(
    desk: Desk,
    kinds: KindsArgument,
    words: Annotated[str, typer.Option(help="Why this replaces no paid work; everybody can read it.")],
    by: ByOption,
) -> None:
    """Declare that jobs of these kinds replace no paid work; without it none of them can be posted."""
    listed = ", ".join(kinds)
    summary = [
        (desk.text("Kinds", "Soorten"), listed),
        (desk.text("You declare", "Je verklaart"), words),
        (desk.text("By", "Door"), by),
    ]
    desk.confirm(summary, "Declare this in public?", "Dit openbaar verklaren?")
    made = desk.client.declarations.declare({"kinds": kinds, "words": words, "declared_by": by}, desk.key)
    desk.done(
        made, f"Declared, in the public register: {listed}.", f"Verklaard, openbaar te lezen: {listed}."
    )


@ordering(declaration_app, "end")
def end(
    desk: Desk,
    kinds: KindsArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Everybody can read it.")] = "",
) -> None:
    """End declarations: no job of these kinds is posted any more. Jobs that are open go on."""
    listed = ", ".join(kinds)
    desk.confirm([(desk.text("Kinds", "Soorten"), listed)], "End these?", "Beëindigen?")
    ended = desk.client.declarations.end({"kinds": kinds, "reason": reason, "ended_by": by}, desk.key)
    desk.done(ended, f"Ended: {listed}.", f"Beëindigd: {listed}.")


@reading(declaration_app, "list")
def list_declarations(
    desk: Desk,
    kind: Annotated[str | None, typer.Option(help="Only about this kind.")] = None,
    in_force: Annotated[bool, typer.Option("--in-force", help="Only those in force.")] = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the whole register to this new file, as CSV.")
    ] = None,
) -> None:
    """List the public register, newest first."""
    if csv is not None:
        _write(desk, csv)
        return
    query: dict[str, str] = {} if kind is None else {"kind": kind}
    if in_force:
        query["in_force"] = "true"
    columns = (
        Column("Partner", "Partner", lambda one: one["partner_name"]),
        Column("Soort", "Kind", lambda one: one["kind"]),
        Column("Verklaring", "Declaration", lambda one: one["words"]),
        Column("Door", "By", lambda one: one["declared_by"]),
        Column("Sinds", "Since", lambda one: desk.moment(one["declared_at"])),
        Column("Tot", "Until", lambda one: desk.moment(one["ended_at"])),
    )
    desk.list(columns, desk.client.declarations.list(**query))


def _write(desk: Desk, path: Path) -> None:
    """Raises:
    Refusal: the file is there already.
    """
    try:
        with path.open("xb") as file:
            file.write(desk.client.declarations.csv())
    except FileExistsError:
        raise Refusal(
            "file-exists",
            desk.text(
                f"{path} is there already: name a new file.", f"{path} bestaat al: noem een nieuw bestand."
            ),
            MISTYPED,
        ) from None
    desk.done({"file": str(path)}, f"The register is in {path}.", f"Het register staat in {path}.")
