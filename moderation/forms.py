from typing import Any

from django import forms

from moderation.cases import Case
from moderation.models import LONGEST_WAIT, Act, Decision, DecisionReason, Report, ReportReason

_GIVEN_ELSEWHERE = (DecisionReason.OUTCOME, DecisionReason.REPEATS)
"""No reasons to hide or lock anything."""
_REASONS = [choice for choice in DecisionReason.choices if choice[0] not in _GIVEN_ELSEWHERE]


def _longest(model: type[Report] | type[Decision]) -> int:
    return model._meta.get_field("words").max_length


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label="What is wrong?",
        choices=ReportReason,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong."},
    )
    words = forms.CharField(
        label="In your words",
        required=False,
        max_length=_longest(Report),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Only moderators read this.",
    )


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
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, case: Case, *args: Any, **options: Any) -> None:
        """Offers what would change something; takes all that the kind allows, so that a lost race is told."""
        super().__init__(*args, **options)
        if Act.SLOW not in case.acts:
            del self.fields["minutes"]
        self.fields["act"].choices = [(act.value, act.label) for act in case.acts]
        self.fields["act"].widget.choices = [(act.value, act.label) for act in Act if act in case.acts_left]
