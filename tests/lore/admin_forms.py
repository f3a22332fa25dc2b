"""The admin’s forms as a browser holds them, for the tests that send them."""

from django.urls import reverse

ADD = "admin:lore_{}_add"
CHANGE = "admin:lore_{}_change"


def fields_of(answer):
    """A form as a browser would send it back without a change."""
    return dict(_values(answer.context["adminform"].form)) | {
        f"{formset.formset.prefix}-{name}": value
        for formset in answer.context["inline_admin_formsets"]
        for name, value in _formset_values(formset.formset)
    }


def _formset_values(formset):
    yield from _values(formset.management_form, bare=True)
    for number, form in enumerate(formset.initial_forms):
        yield from ((f"{number}-{name}", value) for name, value in _values(form, bare=True))


def _values(form, bare=False):
    for bound in form:
        value = bound.value()
        if value is not None and value is not False and value not in ("", []):
            yield (bound.name if bare else bound.html_name), value


def new_page(**fields):
    return {
        "title": "Ruska Roma",
        "slug": "ruska-roma",
        "kind": "organisation",
        "lead": "A lead.",
        "body": "",
        "comment": "Begun",
        "is_published": "on",
        "aliases": "",
        "claims-TOTAL_FORMS": "0",
        "claims-INITIAL_FORMS": "0",
    } | fields


def errors_of(answer):
    return dict(answer.context["adminform"].form.errors)


def add_page(client, **fields):
    return client.post(reverse(ADD.format("page")), new_page(**fields))


class Editing:
    """Changes a page through its form; `save` says what is different."""

    def __init__(self, client, page):
        self.client, self.address = client, reverse(CHANGE.format("page"), args=[page.pk])
        self.fields = fields_of(client.get(self.address))

    def save(self, **changes):
        fields = {"comment": "A reason"} | self.fields | changes
        return self.client.post(self.address, {name: value for name, value in fields.items() if value is not None})
