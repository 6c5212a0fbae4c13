"""The tree of categories, as one language shows it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from orders.catalogue.kept import kept, version_of
from orders.catalogue.models import Category

#: A header is no index: what more there is stands on the front page.
MOST_IN_NAVIGATION = 9
MOST_BELOW = 12


@dataclass(slots=True)
class Branch:
    """A category with its address, and those right below it."""

    pk: UUID
    path: str
    name: str
    url: str
    children: list["Branch"] = field(default_factory=list)


@dataclass(slots=True)
class Tree:
    """All categories, in the order in which the merchant has put them."""

    top: list[Branch] = field(default_factory=list)
    by_path: dict[str, Branch] = field(default_factory=dict)

    def way_to(self, path: str) -> list[Branch]:
        """List the branches from the trunk to a category, itself the last."""
        steps = path.split("/")
        ways = ("/".join(steps[:depth]) for depth in range(1, len(steps) + 1))
        return [self.by_path[way] for way in ways if way in self.by_path]

    def below(self, path: str) -> list[Branch]:
        """List the categories right below one, or those at the top."""
        return self.by_path[path].children if path else self.top


def tree_of(request: HttpRequest) -> Tree:
    """Give the tree in the language of the visit; kept from page to page."""
    return kept(version_of(request), "tree", get_language(), make=plant)


def navigation(request: HttpRequest) -> list[Branch]:
    """List what the header of every page leads to; kept from page to page."""
    return kept(
        version_of(request),
        "navigation",
        get_language(),
        make=lambda: list(_trimmed(tree_of(request))),
    )


def plant() -> Tree:
    """Read all categories by one query."""
    tree = Tree()
    rows = Category.objects.defer("text_fi", "text_sv", "text_en")
    for row in sorted(rows, key=lambda row: (row.path.count("/"), row.position, row.path)):
        branch = Branch(
            pk=row.pk,
            path=row.path,
            name=row.name,
            url=reverse("orders:category", args=[row.path]),
        )
        tree.by_path[row.path] = branch
        tree.below(row.path.rpartition("/")[0]).append(branch)
    return tree


def _trimmed(tree: Tree) -> Iterator[Branch]:
    """Keep as much of the tree as a header can show."""
    for branch in tree.top[:MOST_IN_NAVIGATION]:
        yield Branch(
            pk=branch.pk,
            path=branch.path,
            name=branch.name,
            url=branch.url,
            children=[
                Branch(pk=child.pk, path=child.path, name=child.name, url=child.url)
                for child in branch.children[:MOST_BELOW]
            ],
        )
