from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from moderation.cases import Case
from moderation.hooks import kinds
from moderation.models import LONGEST_WAIT, Act, Appeal, Decision, DecisionReason, Report, ReportReason

_GIVEN_ELSEWHERE = (DecisionReason.OUTCOME, DecisionReason.REPEATS)
"""No reasons to hide or lock anything."""
_REASONS = [choice for choice in DecisionReason.choices if choice[0] not in _GIVEN_ELSEWHERE]


def _longest(model: type[Report] | type[Decision] | type[Appeal], field: str = "words") -> int:
    return model._meta.get_field(field).max_length


def _label(act: Act, case: Case) -> str:
    is_running = act == Act.SUSPEND and not case.is_public
    return "Suspend for longer or shorter" if is_running else act.label


class WorksField(forms.MultipleChoiceField):
    """Works ticked by their bit; cleans to a bit mask. `offer` says which there are."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, works: Iterable[Any]) -> None:
        """Each with a `bit` and a `short_title`."""
        self.choices = [(str(work.bit), work.short_title) for work in works]

    def clean(self, value: Any) -> int:
        return sum(1 << int(bit) for bit in set(super().clean(value)))


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label="What is wrong?",
        choices=ReportReason,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong."},
    )
    scope = WorksField(
        label="If it gives a film away: which?",
        required=False,
        help_text="It is then shielded from who has not seen that one.",
    )
    words = forms.CharField(
        label="In your words",
        required=False,
        max_length=_longest(Report),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Only moderators read this. “Something else” needs a few.",
    )

    def __init__(self, *args: Any, works: Iterable[Any] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scope"].offer(works)
        self.fields["scope"].is_needed = True  # where the label says so

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_telling = cleaned.get("reason") == ReportReason.GIVES_AWAY
        if is_telling and self.fields["scope"].choices and not cleaned.get("scope", True):
            self.add_error("scope", "Tick what it gives away, so that it can be shielded.")
        return cleaned


class DecisionForm(forms.Form):
    act = forms.ChoiceField(
        label="What to do",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to do."},
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose a reason"), *_REASONS],
        error_messages={"required": "Choose a reason."},
    )
    words = forms.CharField(
        label="In words",
        max_length=_longest(Decision),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Public, and read by the author: name nobody, quote nothing, give nothing away.",
        error_messages={"required": "Say why, in a sentence."},
    )
    minutes = forms.IntegerField(
        label="Minutes between two comments",
        required=False,
        min_value=1,
        max_value=LONGEST_WAIT,
        help_text="For slow mode: how long a fan waits before their next comment here.",
    )
    scope = WorksField(
        label="Works it gives away",
        required=False,
        help_text="For a shield: these are added to those that it names already.",
    )
    until = forms.DateField(
        label="Until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="For a suspension: the last day of it (UTC).",
    )
    for_good = forms.BooleanField(label="For good", required=False)
    despite_claim = forms.BooleanField(
        label="Decide although another moderator is looking at this", required=False, widget=forms.HiddenInput
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, case: Case, left: Iterable[Act], *args: Any, works: Iterable[Any] = (), **options: Any) -> None:
        """Offers what would change something; takes all that the kind allows, so that a lost race is told."""
        super().__init__(*args, **options)
        wanted = {Act.SLOW: ["minutes"], Act.SHIELD: ["scope"], Act.SUSPEND: ["until", "for_good"]}
        for act, fields in wanted.items():
            for name in fields if act not in case.acts else ():
                del self.fields[name]
        if "scope" in self.fields:
            self.fields["scope"].offer(works)
        self.fields["act"].choices = [(act.value, act.label) for act in case.acts]
        self.fields["act"].widget.choices = [(act.value, _label(act, case)) for act in left]
        for name in {"minutes", "scope", "until"} & self.fields.keys():
            self.fields[name].is_needed = True  # by one of the acts, as its help says

    def ask_about_claim(self) -> None:
        """Another moderator is looking at this: the box is shown."""
        self.fields["despite_claim"].widget = forms.CheckboxInput()

    def clean_until(self) -> datetime | None:
        """The end of that day."""
        day = self.cleaned_data["until"]
        if day == date.max:
            raise ValidationError("That is too far away.")
        return datetime.combine(day + timedelta(days=1), time.min, UTC) if day else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_for_good = cleaned.pop("for_good", False)
        if cleaned.get("act") != Act.SUSPEND:
            cleaned.pop("until", None)
        elif "until" in cleaned and bool(cleaned["until"]) == is_for_good:
            self.add_error("until", "Give the last day, or tick “For good”.")
        return cleaned


class AppealForm(forms.Form):
    words = forms.CharField(
        label="Why it is wrong",
        max_length=_longest(Appeal),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Only moderators read this. You can appeal once.",
        error_messages={"required": "Say in a sentence or two why it is wrong."},
    )


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(
        label="Your judgement",
        choices=[("grant", "Take the decision back"), ("dismiss", "Let it stand")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    answer = forms.CharField(
        label="In words",
        max_length=_longest(Appeal, "answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The fan reads it; when the decision is taken back, it stands in the public log.",
        error_messages={"required": "Say why, in a sentence."},
    )


class BulkForm(forms.Form):
    """Chosen things are hidden as spam."""

    cases = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Tick at least one."}
    )
    words = forms.CharField(max_length=_longest(Decision), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["cases"].valid_value = lambda value: True

    def clean_cases(self) -> list[tuple[str, int]]:
        chosen = [value.rpartition("-") for value in self.cleaned_data["cases"]]
        if any(kind not in kinds or not pk.isascii() or not pk.isdecimal() or len(pk) > 18 for kind, _, pk in chosen):
            raise ValidationError("One of these is no case.")
        return [(kind, int(pk)) for kind, _, pk in dict.fromkeys(chosen)]
