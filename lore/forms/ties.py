"""The forms in which editors tie a page to another, and untie it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ballerina_site.complaints import complain
from lore.changing import LONGEST_REASON
from lore.forms.claims import PageField
from lore.models import Claim, Page, Tie, TieKind, WorksField
from lore.spoilers import Viewer

_FIELDS = {"source": "other", "target": "other"}
"""Where the verbs' words for the ends stand here."""


class _TieForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON, help_text="Stands in the log of changes.")

    def take(self, fault: ValidationError) -> None:
        """A verb's complaints, beside the fields they are about."""
        complain(self, fault, _FIELDS)


class NewTieForm(_TieForm):
    direction = forms.ChoiceField(
        choices=[("to", ""), ("from", "")], initial="to", label="Which way", widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(choices=[("", "Choose"), *TieKind.choices], label="Relation")
    other = PageField(label="The other page", help_text="Its title, one of its other names, or its address.")
    claim = forms.CharField(
        max_length=20, required=False, label="Rests on claim", help_text="Its key, as in E1. The tie is as sure as it."
    )
    scope = WorksField(
        label="Gives away", help_text="Beside what the two pages and the claim give away. Nothing ticked: no more."
    )
    field_order = ("direction", "kind", "other", "claim", "scope", "reason")

    def __init__(self, data: Any = None, *, page: Page, viewer: Viewer) -> None:
        super().__init__(data)
        self.page, self.viewer = page, viewer
        ways = [("to", f"{page.title} … the other page"), ("from", f"The other page … {page.title}")]
        self.fields["direction"].choices = ways

    def clean_other(self) -> Page:
        other = self.cleaned_data["other"]
        if not self.viewer.sees(other):
            raise ValidationError(f"No page is called “{self.data['other']}”.")
        return other

    def clean_claim(self) -> Claim | None:
        key = self.cleaned_data["claim"].upper()
        claim = Claim.objects.select_related("page").filter(key=key).first() if key else None
        if key and (claim is None or not self.viewer.sees(claim)):
            raise ValidationError(f"No claim has the key “{key}”.")
        return claim

    @property
    def ends(self) -> tuple[Page, Page]:
        """Source and target."""
        other = self.cleaned_data["other"]
        return (self.page, other) if self.cleaned_data["direction"] == "to" else (other, self.page)


class _TieField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(min_value=1, widget=forms.HiddenInput)
        self.ties: dict[int, Tie] = {}

    def clean(self, value: Any) -> Tie:
        tie = self.ties.get(super().clean(value))
        if tie is None:
            raise ValidationError("This tie is not there any more.", code="gone")
        return tie


class RemoveTieForm(_TieForm):
    """One of the page's ties; its key comes from the button."""

    remove = _TieField()

    def __init__(self, data: Any = None, *, ties: list[Tie], place: str = "gone") -> None:
        """`place` tells the forms of one page apart."""
        super().__init__(data, auto_id=f"tie-{place}-%s")
        self.fields["remove"].ties = {tie.pk: tie for tie in ties}
