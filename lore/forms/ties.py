"""The forms in which editors tie a page to another, and untie it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from ballerina_site.complaints import complain
from lore.changing import LONGEST_REASON
from lore.forms.page_fields import PageField
from lore.models import Claim, Page, Tie, TieKind, WorksField
from lore.premises import in_words, premise, premises
from lore.search import LONGEST_QUERY
from lore.spoilers import Viewer

_FIELDS = {"source": "other", "target": "other"}
"""Where the verbs' words for the ends stand here."""


class _TieForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON, help_text="Stands in the log of changes.")

    def take(self, fault: ValidationError) -> None:
        """A verb's complaints, beside the fields they are about."""
        complain(self, fault, _FIELDS)


class _ClaimField(forms.CharField):
    """One of the claims that are offered, or none."""

    viewer: Viewer = Viewer()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, required=False, widget=forms.RadioSelect, **kwargs)

    def offer(self, viewer: Viewer, claims: Iterable[Claim]) -> None:
        self.viewer = viewer
        self.widget.choices = [("", "No claim"), *((claim.key, in_words(viewer, claim)) for claim in claims)]

    def clean(self, value: Any) -> Claim | None:
        key = super().clean(value)
        claim = premise(self.viewer, key) if key else None
        if key and claim is None:
            raise ValidationError("Choose one of the claims that are listed, or none.")
        return claim


class NewTieForm(_TieForm):
    """With `finding`, what was typed so far: nothing in it is judged yet, only the claims are looked for."""

    direction = forms.ChoiceField(
        choices=[("to", ""), ("from", "")],
        initial="to",
        label="It begins with",
        help_text="A tie reads like a sentence: one page, how they are tied, the other page.",
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(choices=[("", "Choose"), *TieKind.choices], label="How they are tied")
    other = PageField(label="The other page", help_text="Its title, one of its other names, or its address.")
    words = forms.CharField(
        max_length=LONGEST_QUERY,
        required=False,
        label="Find a claim by its words",
        help_text="Lists what is found, and the claims of the other page.",
    )
    claim = _ClaimField(label="Rests on", help_text="The tie is as sure as its claim.")
    scope = WorksField(
        label="Gives away", help_text="Only what the tie adds: what its pages and its claim give away counts already."
    )
    field_order = ("direction", "kind", "other", "words", "claim", "scope", "reason")

    def __init__(self, data: Any = None, *, page: Page, viewer: Viewer, finding: MultiValueDict | None = None) -> None:
        super().__init__(data, initial=_typed(finding) if finding is not None else None)
        self.page, self.viewer = page, viewer
        self.fields["direction"].choices = [("to", page.title), ("from", "The other page")]
        self.fields["other"].offer(viewer)
        self.fields["claim"].offer(viewer, self._premises())

    def _premises(self) -> list[Claim]:
        """With the one that is chosen, wherever it stands."""
        other = self.fields["other"].page_of(self._said("other").strip())
        found = premises(self.viewer, filter(None, [self.page, other]), self._said("words"))
        chosen = premise(self.viewer, self._said("claim"))
        return [chosen, *found] if chosen and chosen not in found else found

    def _said(self, name: str) -> str:
        return str(self[name].value() or "").replace("\0", "")[:LONGEST_QUERY]

    @property
    def ends(self) -> tuple[Page, Page]:
        """Source and target."""
        other = self.cleaned_data["other"]
        return (self.page, other) if self.cleaned_data["direction"] == "to" else (other, self.page)


def _typed(data: MultiValueDict) -> dict[str, Any]:
    names = ("direction", "kind", "other", "words", "claim", "reason")
    return {name: data.get(name, "") for name in names} | {"scope": data.getlist("scope")}


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
