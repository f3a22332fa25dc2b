from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join

from ballerina_site.complaints import complain
from ballerina_site.pictures import DEFAULT_LIMITS
from lore.forms.fields import DayField, KeptForm, TextField
from lore.models import Image, Work
from lore.spoilers import Viewer
from theories.forms.citations import CitationsField, Line, cited_lines
from theories.forms.fields import COVER, ScopeField
from theories.forms.succession import SucceededField
from theories.forms.tags import TagsField, TagWordsField
from theories.models import Tag, Theory
from theories.permissions import stands_for_good
from theories.posting import FROZEN, NEEDED, Writing, check_due, check_one_due, check_whole, compiled_if
from theories.reading import broken_premises

CHECK = "check"
"""The action that asks what would be said of it, and saves nothing."""
_BROKEN = "{} <strong>No longer stands; leave it out, or cite what holds now:</strong><ul>{}</ul>"


@dataclass(frozen=True)
class Complaint:
    """What is wrong with one field; `anchor` leads to it. Both are empty for what is wrong with no field alone."""

    label: str
    anchor: str
    problems: list[str]


class WorkChoice(forms.ModelChoiceField):
    def label_from_instance(self, work: Work) -> str:
        return f"with the release of {work.short_title}"


class TheoryForm(KeptForm):
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
        help_text=format_html("Why you think so. Markdown and [[wiki links]] work; {}", COVER),
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
    due = DayField(
        required=False,
        label="By a day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="A day to come, until its end (UTC) …",
    )
    due_work = WorkChoice(
        Work.objects.none(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": "Choose a work that is still awaited."},
        label="Or by a release",
        empty_label="no work awaited",
        help_text="… or a work still awaited.",
    )
    scope = ScopeField(
        label="Gives away",
        help_text="The works a reader should have seen before your theory is shown to them.",
    )
    tags = TagsField(Tag.objects.none(), to_field_name="slug", required=False, widget=forms.CheckboxSelectMultiple)
    tag_words = TagWordsField(
        max_length=400,
        required=False,
        label="Or type tags",
        widget=forms.TextInput(attrs={"data-names": reverse_lazy("theories:tag_names"), "autocomplete": "off"}),
        help_text="With commas between them.",
    )
    citations = CitationsField(
        max_length=4000,
        required=False,
        label="Rests on",
        widget=forms.Textarea(
            attrs={"rows": 4, "spellcheck": "false", "data-names": reverse_lazy("theories:cite_names")}
        ),
        help_text="One a line: a claim’s key (A1), or a page’s title or address. Write “against:” before what speaks "
        "against it.",
    )
    picture = forms.FileField(
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
        help_text=f"Your own work, never a film still. Up to {DEFAULT_LIMITS.max_bytes // 1_000_000} MB.",
    )
    picture_alt = forms.CharField(
        max_length=250,
        required=False,
        label="The picture in words",
        help_text="Needed once there is a picture, for those who cannot see it.",
    )
    without_picture = forms.BooleanField(required=False, label="Take the picture off")
    as_archive = forms.BooleanField(required=False, label="Post as the Archive", help_text="Under the site’s own name.")
    based_on = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    succeeds = SucceededField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        *,
        viewer: Viewer,
        theory: Theory | None = None,
        initial: dict[str, Any] | None = None,
        may_be_archive: bool = False,
        is_unsent: bool = False,
    ) -> None:
        begun = (_initial(theory, viewer) if theory else {}) | (initial or {})
        super().__init__(data, files, initial=begun, is_unsent=is_unsent)
        self.theory = theory
        self._offer_choices(viewer)
        self._drop_fields(may_be_archive)
        if self.data and not self._is_asked_whole():
            self._ask_for_a_claim_alone()
        for name in ("case", "criteria", "due", "due_work", "picture_alt"):
            self.fields[name].is_needed = True  # to post it: a draft may do without
        if theory and not theory.is_draft and stands_for_good(theory):
            self._freeze()

    def _offer_choices(self, viewer: Viewer) -> None:
        citations = self.fields["citations"]
        self.fields["tag_words"].viewer = self.fields["succeeds"].viewer = viewer
        citations.viewer, citations.theory = viewer, self.theory or self._older(viewer)
        broken = broken_premises(viewer, citations.theory) if citations.theory else []
        if broken:
            items = format_html_join("", "<li>{}</li>", ((words,) for words in broken))
            citations.help_text = format_html(_BROKEN, citations.help_text, items)
        self.fields["tags"].queryset = Tag.objects.visible_to(viewer)
        self._offer_works()

    def _offer_works(self) -> None:
        """Those still awaited, and the one it waits for."""
        chosen = Work.objects.filter(pk=self.theory.due_work_id if self.theory else None)
        self.fields["due_work"].queryset = Work.objects.awaited(timezone.now().date()) | chosen
        self.offers_works = self.fields["due_work"].queryset.exists()
        if not self.offers_works:
            self.fields["due"].help_text = "A day to come."

    def _older(self, viewer: Viewer) -> Theory | None:
        """The viewer's own theory that this one is to follow: what it cites can be taken over."""
        asked = str(self["succeeds"].value() or "")
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
            return None
        return Theory.objects.filter(pk=int(asked), author=viewer.fan_id).first()

    def _drop_fields(self, may_be_archive: bool) -> None:
        if not may_be_archive or self.theory:
            del self.fields["as_archive"]
        if not (self.theory and self.theory.picture_id):
            del self.fields["without_picture"]

    def _is_asked_whole(self) -> bool:
        """Whether all that a posted theory must have is asked for."""
        if self.theory and not self.theory.is_draft:
            return True
        return self.data.get("action") in {"publish", CHECK}

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
        return data

    def _post_clean(self) -> None:
        if self._errors or self.data.get("action") == CHECK:
            self._complain_of_words()

    def _complain_of_words(self) -> None:
        """What the verb would refuse, said beside what is wrong in shape: all at once."""
        data = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        names = ("claim", "case", "criteria", "due", "due_work")
        writing = Writing(**{"claim": ""} | {name: data[name] for name in names if name in data})
        try:
            compiled_if(writing, *self._checks(writing))
        except ValidationError as problem:
            # A day or work that is wrong in itself is not missing.
            said = {*self._errors} | ({"due", "due_work"} if {"due", "due_work"} & self._errors.keys() else set())
            new = {name: about for name, about in problem.error_dict.items() if name not in said}
            complain(self, ValidationError(new))

    def _checks(self, writing: Writing) -> list[Callable[[Writing], None]]:
        if not self.fields["case"].required:
            return [check_one_due]
        stood = self.theory and not self.theory.is_draft and (self.theory.due, self.theory.due_work)
        return [check_whole] if stood == (writing.due, writing.due_work) else [check_whole, check_due]

    def unresolved(self) -> list[Complaint]:
        """Of a draft: what is in it and cannot be posted as it is. What is missing is not."""
        if self.is_valid():
            self._complain_of_words()
        missing = {name for name, problems in self.errors.as_data().items() if problems[0].code == "required"}
        return [one for one in self.complaints() if one.anchor not in map(self._anchor, missing)]

    def complaints(self) -> list[Complaint]:
        """In the order of the fields; first what is about none."""
        order = [name for name in (NON_FIELD_ERRORS, *self.fields) if name in self.errors]
        return [Complaint(self._label(name), self._anchor(name), list(self.errors[name])) for name in order]

    def _label(self, name: str) -> str:
        return str(self[name].label) if self._is_shown(name) else ""

    def _anchor(self, name: str) -> str:
        if not self._is_shown(name):
            return ""
        field = self[name]
        return field.id_for_label or f"{field.auto_id}_0"

    def _is_shown(self, name: str) -> bool:
        return name in self.fields and not self[name].is_hidden

    @property
    def draft_key(self) -> str:
        """By which the browser keeps what is typed into the form for a new one."""
        older = self["succeeds"].value()
        return f"theory-after-{older}" if older else "theory-new"

    @property
    def cited(self) -> list[Line]:
        """What the lines of `citations` say as they now stand, whether or not they can be sent."""
        return self.fields["citations"].lines(str(self["citations"].value() or ""))

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
            "succeeds",
        )
        return Writing(**{name: data[name] for name in names}, tags=self._all_tags(), picture=picture)

    def kept_picture(self) -> Image | None:
        if not self.theory or self.cleaned_data.get("without_picture"):
            return None
        return self.theory.picture

    def _all_tags(self) -> list[Tag]:
        """Those ticked, those typed, and those it carries that this viewer cannot see."""
        offered = self.fields["tags"].queryset
        carried = self.theory.tags.exclude(pk__in=offered.values("pk")) if self.theory else []
        return list(dict.fromkeys([*self.cleaned_data["tags"], *self.cleaned_data["tag_words"], *carried]))


def _initial(theory: Theory, viewer: Viewer) -> dict[str, Any]:
    names = ("claim", "case", "criteria", "due", "scope")
    return {name: getattr(theory, name) for name in names} | {
        "due_work": theory.due_work and theory.due_work.slug,
        "tags": [tag.slug for tag in theory.tags.all()],
        "citations": "\n".join(cited_lines(theory, viewer)),
        "picture_alt": theory.picture.alt if theory.picture else "",
        "based_on": theory.edition,
        "succeeds": theory.succeeds_id,
    }


def amended(theory: Theory, viewer: Viewer) -> dict[str, Any]:
    """What the form for a theory's successor begins with: all but its picture, and its day when that is past."""
    if theory.due and theory.due <= timezone.now().date():
        theory.due = None
    return _initial(theory, viewer) | {"picture_alt": "", "based_on": "", "succeeds": theory.pk}
