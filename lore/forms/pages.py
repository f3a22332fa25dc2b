"""An editor's forms: a page whole, its address, the reason for what is done to it."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.choices import CallableChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify

from lore.addressing import check_address
from lore.arranging import AROUND, Changes
from lore.changing import LONGEST_REASON
from lore.completing import link_text
from lore.forms.fields import Offered, PictureRadios, TextField
from lore.forms.prose import ProseForm
from lore.gallery import offered, ours
from lore.models import Address, Category, Image, Page, PageKind, WorksField
from lore.prose import Prose
from lore.spoilers import Viewer

_INITIAL = "initial-"


class LinesField(TextField):
    """One thing a line; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "class": "lines"})
        super().__init__(**({"required": False, "max_length": 4000, "widget": widget} | kwargs))

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


def each(lines: list[str], check: Callable[[str], None]) -> None:
    """Checks them all, so that all that is wrong is told at once."""
    faults: list[str] = []
    for line in lines:
        try:
            check(line)
        except ValidationError as problem:
            faults += problem.messages
    if faults:
        raise ValidationError(faults)


def check_alias(name: str, page_id: int | None) -> None:
    if not slugify(name):
        raise ValidationError(f"“{name}” makes no address: it needs a letter from a to z, or a digit.")
    check_address(slugify(name), page_id)
    longest = Address._meta.get_field("name").max_length
    if len(name) > longest:
        raise ValidationError(f"A name has at most {longest} characters. This one is longer: “{name[:20]}…”.")


class PageForm(ProseForm):
    """A page whole. Of what stands around the prose the form also carries what it showed at first, so that only what
    the editor changed is saved."""

    aliases = LinesField(help_text="One a line. Each is an address that leads here for good.")
    categories = LinesField(help_text="One a line.")
    see_also = LinesField(label="See also", help_text="Titles of pages, one a line.")
    kind = forms.ChoiceField(choices=PageKind)
    scope = WorksField(label="Gives away", help_text="As a whole. Tick nothing when the page is safe for everybody.")
    lead_image = forms.ModelChoiceField(
        Image.objects.none(), required=False, label="Lead picture", widget=PictureRadios
    )
    picture_words = forms.CharField(
        max_length=80,
        required=False,
        label="Other pictures",
        help_text="Words from what they show, or who made them.",
        widget=forms.TextInput(attrs={"type": "search", "data-enter": "seek"}),
    )
    is_published = forms.BooleanField(required=False, label="Published", help_text="Unticked, editors alone find it.")
    publish_at = forms.DateTimeField(
        required=False,
        label="Publish it later",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="A day and hour to come, in UTC.",
    )
    scheduled = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, viewer: Viewer, page: Page | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = (shown_of(page, viewer) if page else {}) | kwargs.get("initial", {})
        # Claims are edited beside it, in forms of their own with the usual ids.
        super().__init__(_with_all_initials(data), **({"auto_id": "page_%s"} | kwargs))
        self.page, self.viewer = page, viewer
        self._offer_choices()
        for name in AROUND:
            self.fields[name].show_hidden_initial = True

    def _offer_choices(self) -> None:
        pictures = self.fields["lead_image"]
        public = Q(pk__in=ours().visible_to(self.viewer).filter(is_public=True).values("pk"))
        pictures.queryset = Image.objects.filter(public | Q(pk=self.page.lead_image_id if self.page else None))
        pictures.widget.choices = CallableChoiceIterator(self._pictures)
        is_house = self.page is not None and self.page.kind == PageKind.HOUSE
        kinds = [(kind.value, kind.label) for kind in PageKind if (kind == PageKind.HOUSE) is is_house]
        self.fields["kind"].choices = kinds

    def _pictures(self) -> Iterator[tuple[int | str, Offered]]:
        """What is chosen now, and was before, is always among them."""
        chosen = [str(self["lead_image"].value() or ""), str(self["lead_image"].initial or "")]
        keys = [int(key) for key in chosen if key.isdecimal() and len(key) < 19]
        words = str(self["picture_words"].value() or "")[:80]
        yield "", Offered("None")
        for image in offered(self.fields["lead_image"].queryset, self.page, keys, words):
            is_seen = self.viewer.sees(image)
            yield image.pk, Offered(image.alt, image) if is_seen else Offered("Behind the curtain for you")

    def clean_aliases(self) -> list[str]:
        names = self.cleaned_data["aliases"]
        each(names, lambda name: check_alias(name, self.page.pk if self.page else None))
        return names

    def clean_categories(self) -> list[str]:
        each(self.cleaned_data["categories"], _check_category)
        return self.cleaned_data["categories"]

    def clean_see_also(self) -> list[Page]:
        """Those named, found inside the shield; and those that this viewer cannot see, which stay."""
        names = {slugify(name): name for name in self.cleaned_data["see_also"]}
        seen = Page.objects.lore().visible_to(self.viewer).exclude(pk=self.page.pk if self.page else None)
        found = dict(Address.objects.filter(slug__in=names, page__in=seen).values_list("slug", "page"))
        unknown = [f"“{name}”" for slug, name in names.items() if slug not in found]
        if unknown:
            raise ValidationError(f"No page is called {', '.join(unknown)}.")
        covered = self.page.see_also.exclude(pk__in=seen.values("pk")) if self.page else []
        return [*Page.objects.filter(pk__in=found.values()), *covered]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._check_hour(data.get("publish_at"))
        return data

    def _check_hour(self, hour: Any) -> None:
        if "publish_at" in self.errors:
            return
        if not self._is_for_later:
            if hour:
                self.add_error("publish_at", "You set an hour: press “Schedule it”, or empty this to save it now.")
        elif hour is None or hour <= timezone.now():
            self.add_error("publish_at", "Choose a day and hour to come, in UTC.")
        elif self.page and self.changed_around:
            self.add_error("publish_at", "Only the text can wait. Save what you changed around it first, by itself.")

    @property
    def _is_for_later(self) -> bool:
        return self.data.get("action") == "schedule" or "replaces" in self.data

    @property
    def changed_around(self) -> list[str]:
        return [name for name in AROUND if name in self.changed_data]

    @property
    def changes(self) -> Changes:
        names = self.changed_around if self.page else AROUND
        return {name: self.cleaned_data[name] for name in names}

    # The same form once more

    @property
    def as_sent(self) -> MultiValueDict:
        """What a browser would send back, were nothing typed."""
        fields = MultiValueDict()
        for bound in self:
            for name in [bound.html_name, *([bound.html_initial_name] if bound.field.show_hidden_initial else [])]:
                fields.setlist(name, _as_strings(bound.value()))
        if not self["is_published"].value():
            fields.pop("is_published", None)
        return fields

    def going_on_with(self, fields: MultiValueDict) -> "PageForm":
        """What was kept, unjudged. Where it holds the prose alone, all else is as it stands."""
        is_whole = any(name.startswith(_INITIAL) for name in fields)
        kept = MultiValueDict() if is_whole else self.as_sent
        for name in fields:
            kept.setlist(name, fields.getlist(name))
        return type(self)(kept, viewer=self.viewer, page=self.page, is_unsent=True)

    def on_top_of(self, page: Page, prose: Prose) -> "PageForm":
        """What was sent, put onto the page as it stands now: `prose` and what the editor changed around it."""
        fields = type(self)(viewer=self.viewer, page=page).as_sent
        for name in (*self.changed_around, "comment", "publish_at"):
            fields.setlist(name, self.data.getlist(name))
        for name, text in prose.fields.items():
            fields[name] = text
        return type(self)(fields, viewer=self.viewer, page=page, is_unsent=True)


class NewPageForm(PageForm):
    slug = forms.SlugField(
        required=False,
        max_length=Page._meta.get_field("slug").max_length,
        label="Address",
        help_text="Made of the title when you leave it empty. If the title gives something away, choose a neutral one.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "slug" not in self.errors and data.get("title"):
            longest = self.fields["slug"].max_length
            data["slug"] = data["slug"] or slugify(data["title"])[:longest].strip("-")
            try:
                check_address(data["slug"], None)
            except ValidationError as problem:
                self.add_error("slug", problem)
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=LONGEST_REASON, label="Why")


class RenameForm(ReasonForm):
    slug = forms.SlugField(max_length=Page._meta.get_field("slug").max_length, label="New address")
    field_order = ["slug", "reason"]


def shown_of(page: Page, viewer: Viewer) -> dict[str, Any]:
    prose = Prose.of(page.current).fields if page.current else {"title": page.title}
    names = page.addresses.exclude(name="").values_list("name", flat=True)
    seen = page.see_also.lore().visible_to(viewer).prefetch_related("addresses")
    return prose | {
        "based_on": page.current_id,
        "aliases": "\n".join(names),
        "categories": "\n".join(page.categories.values_list("name", flat=True)),
        "see_also": "\n".join(link_text(other, {row.slug for row in other.addresses.all()}) for other in seen),
        "kind": page.kind,
        "scope": page.scope,
        "lead_image": page.lead_image_id,
        "is_published": page.is_published,
    }


def _with_all_initials(data: Any) -> MultiValueDict | None:
    """Of a list in which nothing was ticked at first, a browser sends nothing. Shown again without this, the form would
    take what is ticked now for what was ticked at first, and not save it."""
    if data is None:
        return None
    fields = MultiValueDict({name: data.getlist(name) for name in data})
    for name in AROUND:
        fields.setlistdefault(f"{_INITIAL}{name}", [])
    return fields


def _check_category(name: str) -> None:
    longest = Category._meta.get_field("name").max_length
    if not slugify(name) or len(name) > longest:
        raise ValidationError(f"“{name[:80]}” cannot be a category: letters or digits, {longest} characters at most.")


def _as_strings(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple | set) else [str(value)]
