"""The forms in which pictures are sent, described and decided about."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from ballerina_site.pictures import DEFAULT_LIMITS
from lore.canon import page_called
from lore.changing import LONGEST_REASON
from lore.forms.pages import LinesField
from lore.models import Image, Licence, Page, PictureSuggestion
from lore.picturing import About, edition_of
from lore.spoilers import Viewer

GOOD_ALT = (
    "For those who cannot see it: what it shows, in a sentence, as you would say it on the telephone. “A dancer alone "
    "in a cone of light, a knife over her head”, not “Picture of a dancer”, and no file name."
)
_FOCUS = {"widget": forms.NumberInput(attrs={"min": 0, "max": 100}), "validators": [MaxValueValidator(100)]}
_AS_LEAD, _OR_NOT = "Make it the page’s lead picture", "Unticked, it stands under “More pictures”."
_LONGEST_SAID = PictureSuggestion._meta.get_field("reason").max_length


def name_of(viewer: Viewer, page: Page) -> str:
    """What the page is called where the viewer may know it, else by its id."""
    return page.title if viewer.sees(page) else f"page-{page.pk}"


def page_known(viewer: Viewer, name: str, *, is_editor: bool) -> Page | None:
    """By title, alias or address, as far as the viewer may know of it; by `page-<id>` in any case."""
    found = page_called(name, Page.objects.kept() if is_editor else Page.objects.lore())
    return found if found and (viewer.sees(found) or name == f"page-{found.pk}") else None


class AboutForm(forms.ModelForm):
    focal_x = forms.IntegerField(min_value=0, label="Focal point from the left", help_text="Per cent.", **_FOCUS)
    focal_y = forms.IntegerField(min_value=0, label="Focal point from the top", help_text="Per cent.", **_FOCUS)

    class Meta:
        model = Image
        fields = ["alt", "credit", "licence", "scope", "focal_x", "focal_y"]
        widgets = {"alt": forms.Textarea(attrs={"rows": 2})}
        labels = {"alt": "What it shows"}
        help_texts = {"alt": GOOD_ALT, "credit": "Who made it, as they want to be named."} | {
            "licence": "On what terms others may use it."
        }

    def __init__(self, *args: Any, viewer: Viewer, is_editor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.is_editor = viewer, is_editor

    def clean_alt(self) -> str:
        return " ".join(self.cleaned_data["alt"].split())

    @property
    def about(self) -> About:
        return About(**{name: self.cleaned_data[name] for name in self._meta.fields})

    def _page(self, name: str) -> Page:
        page = page_known(self.viewer, name, is_editor=self.is_editor)
        if page is None:
            raise ValidationError(f"No page is called “{name}”.")
        return page


class NewPictureForm(AboutForm):
    file = forms.FileField(
        label="Picture",
        help_text=f"JPEG, PNG, WebP, AVIF or GIF, at most {DEFAULT_LIMITS.max_bytes // 1_000_000} MB and "
        f"{DEFAULT_LIMITS.max_pixels // 1_000_000} megapixels. Of a moving one we keep the first frame. Place, camera "
        "and all else that is hidden in the file is thrown away.",
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif", "hx-preserve": "true"}
            | {"data-most-bytes": DEFAULT_LIMITS.max_bytes}
        ),
    )
    page = forms.CharField(max_length=120, help_text="The title of the page that it shows; there it stands.")
    as_lead = forms.BooleanField(required=False, label=_AS_LEAD, help_text=_OR_NOT)
    comment = forms.CharField(
        max_length=200, required=False, label="A word to the editors", help_text="Where it comes from, why it fits."
    )
    field_order = ["file", "alt", "credit", "licence", "page", "as_lead", "comment"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["page"].required = not self.is_editor
        del self.fields["comment" if self.is_editor else "as_lead"]

    def clean_page(self) -> Page | None:
        name = self.cleaned_data["page"]
        return self._page(name) if name else None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("as_lead") and not data.get("page") and "page" not in self.errors:
            self.add_error("page", "Say of which page it is to be the lead picture.")
        return data


class EditPictureForm(AboutForm):
    """`edition` names what the editor was shown."""

    leads = LinesField(label="Lead picture of", help_text="Titles of pages, one a line.")
    shows = LinesField(label="Shows", help_text="The pages under whose “More pictures” it stands, one a line.")
    reason = forms.CharField(
        max_length=LONGEST_REASON, required=False, label="Why", help_text="Stands in the pages’ histories."
    )
    edition = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    @classmethod
    def showing(cls, image: Image, *args: Any, viewer: Viewer) -> "EditPictureForm":
        pages, shown = list(image.leads.all()), list(image.pages.all())
        initial = asdict(About.of(image)) | {
            "leads": "\n".join(name_of(viewer, page) for page in pages),
            "shows": "\n".join(name_of(viewer, page) for page in shown),
            "edition": edition_of(image, [page.pk for page in pages], [page.pk for page in shown]),
        }
        return cls(*args, initial=initial, viewer=viewer, is_editor=True)

    def clean_leads(self) -> list[Page]:
        return [self._page(name) for name in self.cleaned_data["leads"]]

    def clean_shows(self) -> list[Page]:
        return [self._page(name) for name in self.cleaned_data["shows"]]


class DecidePictureForm(AboutForm):
    as_lead = forms.BooleanField(required=False, label=_AS_LEAD, help_text=_OR_NOT)
    reason = forms.CharField(
        max_length=_LONGEST_SAID,
        required=False,
        label="A word to the fan",
        help_text="Needed when you decline it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def first_guess(page: Page | None, credit: str) -> dict[str, Any]:
    """What a new picture's form starts with: the fan's own work, as safe as the page."""
    return {"credit": credit, "licence": Licence.CC_BY_SA, "scope": page.scope if page else 0}
