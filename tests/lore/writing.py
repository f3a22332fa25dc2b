"""The editor's form as a browser holds it, for the tests that send it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client
from django.urls import reverse

from lore.models import Page


def edit_address(page: Page) -> str:
    return reverse("lore:edit", args=[page.slug])


def now(page: Page) -> Page:
    return Page.objects.get(pk=page.pk)


def errors_of(answer) -> dict:
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def fields_of(answer) -> dict[str, list[str]]:
    """What would be sent back, were nothing typed."""
    tree = html5lib.parse(answer.text, namespaceHTMLElements=False)
    fields: dict[str, list[str]] = {}
    for name, value in _values(tree.find(".//form[@id='editor']")):
        if name != "csrfmiddlewaretoken":
            fields.setdefault(name, []).append(value)
    return fields


def _values(form: Element) -> Iterator[tuple[str, str]]:
    for field in form.iter("input"):
        is_box = field.get("type") in {"checkbox", "radio"}
        if not is_box or "checked" in field.attrib:
            yield field.get("name", ""), field.get("value", "on" if is_box else "")
    for field in form.iter("textarea"):
        yield field.get("name", ""), field.text or ""
    for field in form.iter("select"):
        chosen = [option for option in field.iter("option") if "selected" in option.attrib]
        yield from ((field.get("name", ""), option.get("value", "")) for option in chosen)


class Bench:
    """An editor with a page's form open. `send` says what they changed in it; None: nothing is sent for that field."""

    def __init__(self, client: Client, address: str, query: str = ""):
        self.client, self.address = client, address
        self.opened = client.get(f"{address}{query}")
        self.fields = fields_of(self.opened)

    def send(self, action: str = "save", **typed):
        reason = self.fields["comment"] if self.fields["comment"] != [""] else "A reason"
        fields = self.fields | {"comment": reason, "action": action} | typed
        return self.client.post(self.address, {name: value for name, value in fields.items() if value is not None})


def bench(client: Client, page: Page, query: str = "") -> Bench:
    return Bench(client, edit_address(page), query)
