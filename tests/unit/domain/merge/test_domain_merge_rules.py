"""docs/sync-rules.md is what merge() does: every row of its tables is tried, and the tables leave no case out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.merge.picture import PictureCase, PictureChoice, PictureFacts, merge_picture, plan_picture
from plexsync.domain.model import Artwork, Base, Desired, Field, Item, Plan, Policy, Value, Why, empty_value

DOCS = Path(__file__).parents[4] / "docs" / "sync-rules.md"
Row = Mapping[str, str]

VALUES = {"none": "", "A": "Apple", "B": "Banana", "C": "Cherry", "file name": "holiday.2019"}
POLICIES = [policy.value for policy in Policy]


def tables() -> dict[tuple[str, ...], list[Row]]:
    """The tables of the page, by their column heads."""
    found: dict[tuple[str, ...], list[Row]] = {}
    head: tuple[str, ...] = ()
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        if not line.startswith("|"):
            head = ()
        elif not head:
            head = cells
            found[head] = []
        elif not set(cells[0]) <= {"-"}:
            found[head].append(dict(zip(head, cells, strict=True)))
    return found


def table(column: str) -> list[Row]:
    (rows,) = (rows for head, rows in tables().items() if column in head)
    return rows


def cases(row: Row, domains: Mapping[str, list[str]]) -> Iterator[tuple[str, ...]]:
    """All single cases a row stands for."""
    cells = [domain if row[name] == "any" else row[name].split(", ") for name, domain in domains.items()]
    for cell, domain in zip(cells, domains.values(), strict=True):
        assert set(cell) <= set(domain), row
    return product(*cells)


def assert_complete(rows: list[Row], domains: Mapping[str, list[str]], *, without: set[tuple[str, ...]]) -> None:
    covered = [case for row in rows for case in cases(row, domains)]
    assert len(covered) == len(set(covered))
    assert set(covered) | without == set(product(*domains.values())) | without


def item(of: Field, value: Value, *, locked: bool) -> Item:
    fields = {each: empty_value(each) for each in Field} | {Field.TITLE: "title", of: value}
    return Item("7", "1", fields, frozenset({of} if locked else ()))


def shown(plan: Plan, of: Field, before: Value) -> Value:
    return next((change.after for change in plan.changes if change.field is of), before)


TEXT_DOMAINS = {
    "Policy": POLICIES,
    "Stash says": ["none", "A"],
    "Plex shows": ["none", "A", "B"],
    "Left there": ["none", "A", "B", "C"],
    "Since then": ["same", "changed"],
    "Field in Plex": ["locked", "unlocked"],
}
# Where Stash says nothing, A and B are each just "some value".
NOTHING_AND_A = {case for case in product(*TEXT_DOMAINS.values()) if case[1:3] == ("none", "A") and case[0] != "off"}
TEXT_CASES = [(row, case) for row in table("Stash says") for case in cases(row, TEXT_DOMAINS)]


def test_the_text_table_is_complete() -> None:
    assert_complete(table("Stash says"), TEXT_DOMAINS, without=NOTHING_AND_A)


@pytest.mark.parametrize("of", [Field.SUMMARY, Field.STUDIO, Field.DATE])
@pytest.mark.parametrize("lock", [True, False])
def test_every_row_for_text(of: Field, *, lock: bool) -> None:
    for row, case in TEXT_CASES:
        policy, stash, plex, left, since, state = case
        want, observed, pushed = VALUES[stash], VALUES[plex], VALUES[left]
        base = Base({of: pushed} if pushed else {}, {of: want if since == "same" else "Other"})
        plan = merge(
            Desired(1, {of: want}),
            item(of, observed, locked=state == "locked"),
            base,
            MergeRules({of: Policy(policy)}, lock=lock),
        )
        assert shown(plan, of, observed) == VALUES.get(row["Plex then shows"], observed), (row, case)
        assert plan.base.pushed.get(of, "") == VALUES.get(row["Ours then"], pushed), (row, case)
        assert called(plan) == expected_call(row, lock=lock), (row, case)
        assert policy == "off" or plan.base.wanted[of] == want


def called(plan: Plan) -> list[Why]:
    return [change.why for change in plan.changes] + [kept.why for kept in plan.kept]


def expected_call(row: Row, *, lock: bool) -> list[Why]:
    word = row["Called"].strip("`")
    return [Why(word)] if word and (lock or word != "lock") else []


TITLE_DOMAINS = {
    "Policy": [policy for policy in POLICIES if policy != "off"],
    "Plex shows": ["B", "file name"],
    "Left there": ["none", "B", "file name"],
    "Field in Plex": ["locked", "unlocked"],
}


def test_every_row_for_a_title_that_stash_has_not() -> None:
    (rows,) = (rows for head, rows in tables().items() if "Left there" in head and "Stash says" not in head)
    for row in rows:
        for policy, plex, left, state in cases(row, TITLE_DOMAINS):
            of, observed, pushed = Field.TITLE, VALUES[plex], VALUES[left]
            plan = merge(
                Desired(1, {of: ""}, stem=VALUES["file name"]),
                item(of, observed, locked=state == "locked"),
                Base({of: pushed} if pushed else {}, {of: ""}),
                MergeRules({of: Policy(policy)}),
            )
            assert shown(plan, of, observed) == VALUES.get(row["Plex then shows"], observed), row
            assert called(plan) == expected_call(row, lock=True), row


LIST_DOMAINS = {
    "Policy": POLICIES,
    "Stash has the name": ["yes", "no"],
    "Plex has it": ["yes", "no"],
    "Put there by us": ["yes", "no"],
    "Plex's other names": ["some", "none"],
    "List in Plex": ["locked", "unlocked"],
}


def test_the_list_table_is_complete() -> None:
    assert_complete(table("Plex has it"), LIST_DOMAINS, without=set())


@pytest.mark.parametrize("of", [Field.GENRES, Field.ACTORS])
def test_every_row_for_lists(of: Field) -> None:
    for row in table("Plex has it"):
        for policy, stash, plex, ours, others, state in cases(row, LIST_DOMAINS):
            rest = ("Other",) if others == "some" else ()
            name = ("Éva",)
            observed = rest + (name if plex == "yes" else ())
            base = Base({of: rest + (name if ours == "yes" else ())}, {of: rest})
            plan = merge(
                Desired(1, {of: rest + (name if stash == "yes" else ())}),
                item(of, observed, locked=state == "locked"),
                base,
                MergeRules({of: Policy(policy)}),
            )
            has = {"has it": True, "has it not": False, "as before": plex == "yes"}[row["Plex then"]]
            owned = {"yes": True, "no": False, "as before": ours == "yes"}[row["Ours then"]]
            after = shown(plan, of, observed)
            assert ("Éva" in after) is has, row
            assert set(rest) <= set(after), row
            assert ("Éva" in plan.base.pushed.get(of, ())) is owned, row


PICTURE_DOMAINS = {
    "Policy": ["on", "stash", "fill"],
    "Stash's cover": ["none", "A"],
    "Plex shows": ["none", "A", "B", "from the video"],
    "Brought before": ["none", "A", "B"],
    "Picture in Plex": ["locked", "unlocked"],
}
A, B = "a" * 40, "b" * 40
SHA1 = {"none": "", "A": A, "B": B}
SHOWN = {"none": "", "A": f"upload://posters/{A}", "B": f"upload://posters/{B}", "from the video": "media://1"}
NO_COVER_AND_A = {case for case in product(*PICTURE_DOMAINS.values()) if case[1:3] == ("none", "A")}
PICTURE_CASES = [(row, case) for row in table("Picture in Plex") for case in cases(row, PICTURE_DOMAINS)]


def test_the_table_of_pictures_is_complete() -> None:
    assert_complete(table("Picture in Plex"), PICTURE_DOMAINS, without=NO_COVER_AND_A)


@pytest.mark.parametrize("lock", [True, False])
def test_every_row_for_pictures(*, lock: bool) -> None:
    for row, (policy, stash, plex, left, state) in PICTURE_CASES:
        case = PictureCase(SHA1[stash], SHOWN[plex], SHA1[left], state == "locked")
        choice = merge_picture(case, Policy("merge" if policy == "on" else policy), lock=lock)
        assert (choice.why or choice.kept_why) == picture_call(row, lock=lock), (row, case)
        assert choice.sends == (row["Plex then shows"] == "A" and plex != "A"), (row, case)


def picture_call(row: Row, *, lock: bool) -> Why | None:
    word = row["Called"].strip("`")
    return Why(word) if word and (lock or word != "lock") else None


def outcomes(policy: Policy, facts: PictureFacts) -> set[Why | None]:
    plan = plan_picture(Artwork.POSTER, facts, policy, lock=True)
    assert plan.changes == (None not in {choice.why for choice in plan.choices})
    return {choice.why for choice in plan.choices}


def test_a_picture_of_which_all_is_known_has_one_fate() -> None:
    facts = PictureFacts(SHA1["A"], SHOWN["B"], SHA1["B"], locked=True)
    plan = plan_picture(Artwork.POSTER, facts, Policy.MERGE, lock=True)
    assert plan.choices == (PictureChoice(Why.UPDATE),)


def test_a_locked_picture_stays_whatever_it_is_where_nothing_of_ours_was_there() -> None:
    assert outcomes(Policy.MERGE, PictureFacts(None, None, "", locked=True)) == {None}
    assert outcomes(Policy.FILL, PictureFacts(None, None, "", locked=True)) == {None}
    assert None in outcomes(Policy.MERGE, PictureFacts(None, None, "", locked=False))
    assert Why.UPDATE in outcomes(Policy.MERGE, PictureFacts(None, None, SHA1["A"], locked=True))


def test_without_a_picture_in_plex_a_cover_that_is_there_fills_it() -> None:
    empty = PictureFacts(None, None, "", locked=True, is_empty=True)
    assert outcomes(Policy.MERGE, empty) == {Why.FILL, None}, "whether there is a cover is not known"
    assert outcomes(Policy.MERGE, replace(empty, want=SHA1["A"])) == {Why.FILL}
