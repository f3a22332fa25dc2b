from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ballerina_site.pictures import DEFAULT_LIMITS
from lore import markup
from lore.addressing import check_address
from lore.canon import lexicon_for
from lore.changing import LONGEST_REASON
from lore.claiming import check_key
from lore.forms.pages import LinesField, check_alias, each
from lore.models import Claim, Event, Image, Page, Question, Revision
from lore.prose import Prose, faults_in

_LONG = forms.Textarea(attrs={"rows": 24, "cols": 100})
_SHORT = forms.Textarea(attrs={"rows": 3, "cols": 100})


def _prose_field(name: str, **kwargs: Any) -> forms.Field:
    return Revision._meta.get_field(name).formfield(**kwargs)


class PageForm(forms.ModelForm):
    """A page together with the prose of its next revision."""

    lead = _prose_field("lead", widget=_SHORT, help_text="The summary under the title. Wiki links work.")
    hatnote = _prose_field("hatnote", required=False)
    facts = _prose_field("facts", widget=forms.Textarea(attrs={"rows": 6, "cols": 100}))
    body = _prose_field(
        "body",
        widget=_LONG,
        help_text="Markdown, [[wiki links]], and “::: gives-away chapter-3” … “:::” around what gives a work away.",
    )
    aliases = LinesField(widget=_SHORT, help_text="One a line. Each becomes an address that leads here for good.")
    comment = _prose_field(
        "comment", required=True, label="Why", help_text="Stands in the history beside this revision."
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Page
        fields = ["title", "slug", "kind", "scope", "is_published", "lead_image", "categories", "see_also"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.current
        if current is not None:
            names = self.instance.addresses.exclude(name="").values_list("name", flat=True)
            shown = vars(Prose.of(current)) | {"aliases": "\n".join(names), "based_on": current.pk}
            self.initial = shown | self.initial

    @property
    def prose(self) -> Prose:
        data = self.cleaned_data
        return Prose(data["title"], data["lead"], data["body"], data["hatnote"], data["facts"])

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        check_address(slug, self.instance.pk)
        return slug

    def clean_aliases(self) -> list[str]:
        each(self.cleaned_data["aliases"], lambda name: check_alias(name, self.instance.pk))
        return self.cleaned_data["aliases"]

    def clean_is_published(self) -> bool:
        if self.instance.deleted_at and self.cleaned_data["is_published"]:
            raise ValidationError("This page was deleted. Bring it back on the site first.")
        return self.cleaned_data["is_published"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.current_id and data.get("based_on") != self.instance.current_id:
            # Shown again, the form stands on what it was just told of; otherwise it could never be saved.
            self.data = self.data.copy()
            self.data["based_on"] = self.instance.current_id
            raise ValidationError(
                "Somebody else saved this page while you wrote. What you typed is still here: compare it with the page "
                "as it stands, then save again.",
                code="conflict",
            )
        if not self.errors:
            for name, faults in faults_in(self.prose).items():
                self.add_error(name, faults)
        return data


class ClaimForm(forms.ModelForm):
    supersedes = forms.ModelChoiceField(
        Claim.objects.filter(superseded_by=None),
        required=False,
        help_text="The older claim whose place this one takes.",
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        required=False,
        label="Why",
        help_text="Stands in the claim’s trail. Needed when its status changes, or when it takes another’s place.",
    )
    based_on = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Claim
        fields = [
            *("key", "page", "text", "status", "sources", "as_of", "precision"),
            *("scope", "also_on", "position", "story_position"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial = {"based_on": self.instance.changed_at.isoformat()} | self.initial
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].validators.append(check_key)
            self.fields["key"].help_text = "Leave empty for a new one."
        if self.instance.pk:
            for name in {"key", "text"} & self.fields.keys():
                self.fields[name].disabled = True

    def clean_text(self) -> str:
        markup.compile_line(self.cleaned_data["text"], lexicon_for(self.cleaned_data["text"]))
        return self.cleaned_data["text"]

    def clean_supersedes(self) -> Claim | None:
        old = self.cleaned_data["supersedes"]
        if old is not None and old.pk == self.instance.pk:
            raise ValidationError("A claim cannot take its own place.")
        if old is not None and self.instance.superseded_by_id:
            raise ValidationError("This claim has itself been superseded.")
        return old

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.instance.pk and not data.get("sources"):
            self.add_error("sources", "Name at least one source.")
        if "reason" in self.fields:
            self._judge_by_itself(data)
        return data

    def _judge_by_itself(self, data: dict[str, Any]) -> None:
        is_turning = bool(self.instance.pk) and "status" in self.changed_data
        if not data.get("reason") and (is_turning or data.get("supersedes")):
            self.add_error("reason", "Say why.")
        now = self.instance.changed_at.isoformat() if self.instance.pk else ""
        if now and data.get("based_on") != now:
            # Shown again, the form stands on what it was just told of; otherwise it could never be saved.
            self.data = self.data.copy()
            self.data["based_on"] = now
            raise ValidationError(
                "Somebody else changed this claim while you wrote. What you chose is still here: compare it with the "
                "claim as it stands, then save again.",
                code="conflict",
            )


class ClaimLineForm(ClaimForm):
    """A claim among its page's: the reason is the one given for the page."""

    supersedes = None
    reason = None
    based_on = None


class EventForm(forms.ModelForm):
    class Meta:
        model = Event
        exclude: list[str] = []

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        self.instance.compiled = markup.to_json(markup.compile_line(text, lexicon_for(text)))
        return text


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = ["key", "position", "question", "answer", "claims"]

    def clean_answer(self) -> str:
        answer = self.cleaned_data["answer"]
        self.instance.compiled = markup.blocks_to_json(markup.compile_page(answer, lexicon_for(answer)))
        return answer


class ImageForm(forms.ModelForm):
    file = forms.FileField(
        required=False, help_text=f"JPEG, PNG, WebP, AVIF or GIF, at most {DEFAULT_LIMITS.max_bytes // 1_000_000} MB."
    )

    class Meta:
        model = Image
        fields = ["alt", "credit", "licence", "scope", "focal_x", "focal_y"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is None and self.instance.pk is None:
            raise ValidationError("Choose a picture.")
        return file
