"""The forms in which editors write claims and what stands around their words."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from lore import markup
from lore.canon import lexicon_for
from lore.changing import LONGEST_REASON
from lore.forms.fields import DayField, TextField
from lore.forms.page_fields import PageField, PagesField
from lore.models import Claim, Page, Precision, Source, Status, WorksField
from lore.spoilers import Viewer
from lore.web_addresses import WebAddressField

_LONGEST_TEXT = Claim._meta.get_field("text").max_length
_LAST_PLACE = 32_767
_LONGEST_ID = 18
_DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class SourcesField(forms.ModelMultipleChoiceField):
    is_needed = True  # here, or in the form for a new one

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Source.objects.all(), widget=forms.CheckboxSelectMultiple, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        if any(len(key) > _LONGEST_ID for key in value or []):  # SQLite cannot so much as look for it
            raise ValidationError("Choose from the sources that are listed.")
        return super().clean(value)


class SourceForm(forms.ModelForm):
    """A source that nobody has entered yet; left empty, there is none."""

    url = WebAddressField(label="Its address", required=False, max_length=200)

    class Meta:
        model = Source
        fields = ["kind", "title", "url", "published_on", "precision"]
        labels = {"published_on": "Published on", "precision": "Known to the"}
        widgets = {"published_on": _DAY["widget"]}
        help_texts = {"published_on": "Where only the month or the year is known: any day in it."}

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="source", empty_permitted=True, use_required_attribute=False)

    def has_changed(self) -> bool:
        """The two lists have something chosen from the first."""
        return any(self.data.get(self.add_prefix(name)) for name in ("title", "url", "published_on"))

    @property
    def source(self) -> Source | None:
        return self.instance if self.has_changed() else None


class _FactsForm(forms.Form):
    """What stands around a claim's words. `new_source` is a form of its own inside this one."""

    status = forms.ChoiceField(choices=Status, widget=forms.RadioSelect)
    sources = SourcesField(help_text="Tick all that say so. One that is not here yet goes into the box below.")
    as_of = DayField(
        label="As of", help_text="The day for which the source speaks. For a month or a year, any day in it.", **_DAY
    )
    precision = forms.ChoiceField(label="Known to the", choices=Precision, initial=Precision.DAY)
    scope = WorksField(
        label="Gives away", help_text="The works a reader should have seen first. Nothing ticked: safe for everybody."
    )
    also_on = PagesField(
        label="Also shown on",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Titles of pages, one a line.",
    )
    position = forms.IntegerField(
        label="Place on its page", required=False, min_value=0, max_value=_LAST_PLACE, help_text="Lower stands first."
    )
    story_position = forms.IntegerField(
        label="Place in the story",
        required=False,
        min_value=0,
        max_value=_LAST_PLACE,
        help_text="For “Catch me up”: lower comes first, each hundred is a paragraph. Empty: not told there.",
    )
    reason = forms.CharField(
        label="Why", max_length=LONGEST_REASON, help_text="Stands in the trail and in the feed of changes."
    )

    def __init__(self, data: Any = None, *, viewer: Viewer, told: Claim | None = None, **kwargs: Any) -> None:
        """`told`: the claim that it begins with."""
        super().__init__(data, **kwargs)
        self.new_source = SourceForm(data)
        self.fields["also_on"].offer(viewer, told.also_on.all() if told else ())

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.new_source.is_valid()])

    def clean_as_of(self) -> date:
        day = self.cleaned_data["as_of"]
        if day > timezone.now().date():
            raise ValidationError("That day is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("sources") and not self.new_source.has_changed():
            self.add_error("sources", "Name at least one source.")
        return data

    @property
    def named_sources(self) -> list[Source]:
        new = self.new_source.source
        return [*self.cleaned_data["sources"], *([new] if new else [])]

    @property
    def facts(self) -> dict[str, Any]:
        names = ("status", "as_of", "precision", "scope", "story_position")
        return {name: self.cleaned_data[name] for name in names} | {"position": self.cleaned_data["position"] or 0}


class NewClaimForm(_FactsForm):
    text = TextField(
        max_length=_LONGEST_TEXT,
        label="The claim",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One statement, in words that will stay: it can be superseded, never rewritten. Wiki links work.",
    )
    text.is_marked_up = True
    field_order = ("text",)

    def __init__(self, data: Any = None, *, viewer: Viewer, old: Claim | None = None) -> None:
        """With `old`, the claim whose place this one takes."""
        anew = {"as_of": None, "precision": Precision.DAY}
        initial = _told_of(old) | anew | {"text": old.text} if old else None
        super().__init__(data, viewer=viewer, told=old, initial=initial)
        self.fields["reason"].required = old is not None

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        markup.compile_line(text, lexicon_for(text))
        return text

    def claim_for(self, page: Page) -> Claim:
        return Claim(page=page, text=self.cleaned_data["text"], **self.facts)


class EditClaimForm(_FactsForm):
    """`based_on` says when the claim that its editor had before them was changed last."""

    page = PageField(label="Home", help_text="The page on which it stands first of all.")
    based_on = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    stays = forms.BooleanField(label="Yes, source and date stay as they are", required=False)
    field_order = ("status", "sources", "as_of", "precision", "scope", "page", "also_on")

    def __init__(self, data: Any = None, *, viewer: Viewer, claim: Claim) -> None:
        self.claim = claim
        shown = {"page": claim.page, "based_on": claim.changed_at.isoformat(), "sources": claim.sources.all()}
        super().__init__(data, viewer=viewer, told=claim, initial=_told_of(claim) | shown)
        self.fields["page"].offer(viewer, [claim.page])

    def clean_based_on(self) -> datetime:
        """What is no time at all is older than every claim: a conflict."""
        try:
            return datetime.fromisoformat(self.cleaned_data["based_on"])
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self._changes_status_alone(data) and not data.get("stays"):
            self.add_error("stays", "The status changes, but its source and its date stay. Is that right?")
        return data

    def _changes_status_alone(self, data: dict[str, Any]) -> bool:
        """Of a form that stands on an older claim, its editor is told what changed first."""
        stays = {"as_of", "precision"}
        return (
            data.get("based_on") == self.claim.changed_at
            and data.get("status", self.claim.status) != self.claim.status
            and all(data.get(name) == getattr(self.claim, name) for name in stays)
            and not self.new_source.has_changed()
            and set(data.get("sources", ())) == set(self.claim.sources.all())
        )

    @property
    def asks(self) -> bool:
        """Whether the second look is to be shown."""
        return self.is_bound and (self.has_error("stays") or self["stays"].value())

    def rebase(self, claim: Claim) -> None:
        """Shown again after a conflict, the form stands on what its editor was just told of."""
        self.claim = claim
        self.data = self.data.copy()
        self.data["based_on"] = claim.changed_at.isoformat()

    @property
    def changes(self) -> dict[str, Any]:
        data = self.cleaned_data
        return self.facts | {"sources": self.named_sources, "also_on": data["also_on"], "page": data["page"]}


def _told_of(claim: Claim) -> dict[str, Any]:
    names = ("status", "as_of", "precision", "scope", "position", "story_position")
    return {name: getattr(claim, name) for name in names} | {"also_on": list(claim.also_on.all())}
