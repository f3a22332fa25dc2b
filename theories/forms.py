import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.text import slugify

from ballerina_site.pictures import DEFAULT_LIMITS
from lore.forms.fields import TextField
from lore.models import Claim, Image, Page, Work, WorksField
from lore.spoilers import Viewer
from theories.discussing import LONGEST
from theories.models import Leaning, Tag, Theory
from theories.posting import DUE_NEEDED, FROZEN, NEEDED, Cited, Writing

_AGAINST = re.compile(r"(?i)^against:\s*")
_CLAIM = re.compile(r"(?i)(?:.*#)?(?:claim-)?([a-z]{1,4}[0-9]{1,16})")
_MOST_CITATIONS = 30
_COVER = format_html("cover what gives a film away with <code>{}</code>", ">!chapter-4: words!<")


class _Ticks:
    """Of values sent empty nothing is ticked, as from a list that has nothing to tick."""

    def clean(self, value: Any) -> Any:
        return super().clean([one for one in value or [] if one])


class ScopeField(_Ticks, WorksField):
    pass


class TagsField(_Ticks, forms.ModelMultipleChoiceField):
    pass


class CitationsField(TextField):
    """One thing a line, found inside the shield: what the viewer may not see is not found, whether or not it exists.
    What the theory cites already stays citable."""

    viewer: Viewer = Viewer()
    theory: Theory | None = None

    def clean(self, value: str) -> list[Cited]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > _MOST_CITATIONS:
            raise ValidationError(f"A theory rests on {_MOST_CITATIONS} things at most.")
        names = {_AGAINST.sub("", line): bool(_AGAINST.match(line)) for line in lines}
        things = {name: self._find(name) for name in names}
        unknown = [f"“{name}”" for name, thing in things.items() if thing is None]
        if unknown:
            raise ValidationError(f"Nothing in the lore is called {', '.join(unknown)}.")
        leanings = {things[name]: Leaning.CONTRADICT if against else Leaning.SUPPORT for name, against in names.items()}
        return [Cited(thing, leaning) for thing, leaning in leanings.items()]

    def _find(self, name: str) -> Claim | Page | None:
        key = _CLAIM.fullmatch(name)
        return (self._claim(key[1]) if key else None) or self._page(name)

    def _claim(self, key: str) -> Claim | None:
        mine = Q(pk__in=self.theory.citations.values("claim")) if self.theory else Q(pk=None)
        seen = Q(pk__in=Claim.objects.visible_to(self.viewer).values("pk"))
        return Claim.objects.published().filter(mine | seen, key__iexact=key).first()

    def _page(self, name: str) -> Page | None:
        slug = slugify(_path(name).rstrip("/").rpartition("/")[2] if "/" in name else name)
        mine = Q(pk__in=self.theory.citations.values("page")) if self.theory else Q(pk=None)
        seen = Q(pk__in=Page.objects.visible_to(self.viewer).values("pk"))
        return Page.objects.lore().filter(mine | seen, addresses__slug=slug).first()


class WorkChoice(forms.ModelChoiceField):
    def label_from_instance(self, work: Work) -> str:
        return f"with the release of {work.short_title}"


class TheoryForm(forms.Form):
    """The author's form. Shape is checked here, what a posted theory must have by `theories.posting`."""

    claim = forms.CharField(
        max_length=200,
        label="The claim",
        error_messages={"required": NEEDED["claim"]},
        help_text="One sentence that can turn out true or false. It is shown to all who have seen what you tick under "
        "“Gives away”.",
    )
    case = TextField(
        max_length=20_000,
        label="The case",
        error_messages={"required": NEEDED["case"]},
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=format_html("Why you think so. Markdown and [[wiki links]] work; {}", _COVER),
    )
    case.is_marked_up = True
    criteria = TextField(
        max_length=1000,
        label="We would know if",
        error_messages={"required": NEEDED["criteria"]},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What would have to be seen, so that nobody can argue about it afterwards.",
    )
    criteria.is_marked_up = True
    due = forms.DateField(
        required=False,
        label="By a day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="A day to come …",
    )
    due_work = WorkChoice(
        Work.objects.none(),
        to_field_name="slug",
        required=False,
        label="Or by a release",
        empty_label="no work awaited",
        help_text="… or a work still awaited.",
    )
    scope = ScopeField(
        label="Gives away",
        help_text="The works a reader should have seen before your theory is shown to them.",
    )
    tags = TagsField(Tag.objects.none(), to_field_name="slug", required=False, widget=forms.CheckboxSelectMultiple)
    citations = CitationsField(
        max_length=4000,
        required=False,
        label="Rests on",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One a line: a claim’s key (A1), or a page’s title or address. Write “against:” before what speaks "
        "against it.",
    )
    picture = forms.FileField(
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
        help_text=f"Your own work, never a film still. Up to {DEFAULT_LIMITS.max_bytes // 1_000_000} MB.",
    )
    picture_alt = forms.CharField(
        max_length=250, required=False, label="The picture in words", help_text="For those who cannot see it."
    )
    without_picture = forms.BooleanField(required=False, label="Take the picture off")
    as_archive = forms.BooleanField(required=False, label="Post as the Archive", help_text="Under the site’s own name.")
    based_on = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        *,
        viewer: Viewer,
        theory: Theory | None = None,
        initial: dict[str, Any] | None = None,
        may_be_archive: bool = False,
    ) -> None:
        super().__init__(data, files, initial=(_initial(theory, viewer) if theory else {}) | (initial or {}))
        self.theory = theory
        self._offer_choices(viewer)
        self._drop_fields(may_be_archive)
        if self.data and self.data.get("action") != "publish" and (theory is None or theory.is_draft):
            self._ask_for_a_claim_alone()
        for name in ("case", "criteria", "due", "due_work"):
            self.fields[name].is_needed = True  # to post it: a draft may do without
        if theory and theory.is_frozen:
            self._freeze()

    def _offer_choices(self, viewer: Viewer) -> None:
        citations = self.fields["citations"]
        citations.viewer, citations.theory = viewer, self.theory
        self.fields["tags"].queryset = Tag.objects.visible_to(viewer)
        awaited = Q(released_on=None) | Q(pk=self.theory.due_work_id if self.theory else None)
        self.fields["due_work"].queryset = Work.objects.filter(awaited)

    def _drop_fields(self, may_be_archive: bool) -> None:
        if not may_be_archive or self.theory:
            del self.fields["as_archive"]
        if not (self.theory and self.theory.picture_id):
            del self.fields["without_picture"]

    def _ask_for_a_claim_alone(self) -> None:
        """A draft may be as far as it is."""
        self.fields["case"].required = self.fields["criteria"].required = False

    def _freeze(self) -> None:
        """What stands for good is not asked again. A form from before somebody voted still sends it: then it is read,
        and refused by the verb if it differs."""
        for name in FROZEN:
            self.fields[name].disabled = name not in self.data

    def clean_claim(self) -> str:
        claim = " ".join(self.cleaned_data["claim"].split())
        if ">!" in claim:
            raise ValidationError("A claim cannot be covered in part: tick what it gives away instead.")
        return claim

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("picture") and not data.get("picture_alt"):
            self.add_error("picture_alt", "Say in words what the picture shows.")
        if self.fields["case"].required and not self._has_due(data):
            # Said here too, so that all that is missing is said at once.
            self.add_error("due", DUE_NEEDED)
        return data

    def _has_due(self, data: dict[str, Any]) -> bool:
        """A date or work that was given but is wrong has its own complaint."""
        return bool(data.get("due") or data.get("due_work") or {"due", "due_work"} & self.errors.keys())

    def writing(self, picture: Image | None) -> Writing:
        data = self.cleaned_data
        names = (
            "claim",
            "case",
            "criteria",
            "due",
            "due_work",
            "scope",
            "citations",
            "picture_alt",
            "based_on",
        )
        return Writing(**{name: data[name] for name in names}, tags=self._all_tags(), picture=picture)

    def kept_picture(self) -> Image | None:
        if not self.theory or self.cleaned_data.get("without_picture"):
            return None
        return self.theory.picture

    def _all_tags(self) -> list[Tag]:
        """Those ticked, and those it carries that this viewer cannot see."""
        offered = self.fields["tags"].queryset
        carried = self.theory.tags.exclude(pk__in=offered.values("pk")) if self.theory else []
        return [*self.cleaned_data["tags"], *carried]


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # as “http://[” is
        return ""


def _initial(theory: Theory, viewer: Viewer) -> dict[str, Any]:
    names = ("claim", "case", "criteria", "due", "scope")
    return {name: getattr(theory, name) for name in names} | {
        "due_work": theory.due_work and theory.due_work.slug,
        "tags": [tag.slug for tag in theory.tags.all()],
        "citations": "\n".join(_cited_lines(theory, viewer)),
        "picture_alt": theory.picture.alt if theory.picture else "",
        "based_on": theory.edition,
    }


def _cited_lines(theory: Theory, viewer: Viewer) -> list[str]:
    lines = []
    for citation in theory.citations.select_related("claim", "page"):
        page = citation.page
        name = citation.claim.key if citation.claim else page.title if viewer.sees(page) else page.slug
        lines.append(f"against: {name}" if citation.leaning == Leaning.CONTRADICT else name)
    return lines


class CommentForm(forms.Form):
    text = TextField(
        max_length=LONGEST,
        label="Your comment",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=format_html("Markdown works; {}", _COVER),
    )
    text.is_marked_up = True
    scope = ScopeField(label="Gives away", help_text="The works a reader should have seen first.")


class NewCommentForm(CommentForm):
    shows_stance = forms.BooleanField(required=False, initial=True, label="Show my vote beside it")
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    scope_asked = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    @property
    def chosen_scope(self) -> int | None:
        """None when the boxes were not there to be ticked."""
        asked = self.cleaned_data["scope_asked"] or self.cleaned_data["scope"]
        return self.cleaned_data["scope"] if asked else None
