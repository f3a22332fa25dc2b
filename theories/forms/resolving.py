"""A form for each turn that somebody may make about a theory's outcome, by the name of the turn."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.html import format_html

from lore.forms.fields import DayField, TextField
from theories.forms.fields import COVER, ScopeField
from theories.models import Outcome, State, Turn
from theories.resolving import LONGEST_EVIDENCE, LONGEST_REASON, LONGEST_WORDS, Finding

_MEANING = {
    Outcome.CONFIRMED: "Confirmed: it came true",
    Outcome.BUSTED: "Busted: it did not",
    Outcome.PARTLY: "Partly: some of it did",
    Outcome.VOID: "Void: it cannot be told, or no longer makes sense",
}
_AFTERWARDS = [(State.OPEN, "Open again"), (State.DISPUTED, "Disputed, to be decided anew")]
_MARKDOWN = format_html("Markdown and links work; {}", COVER)
_LARGEST = 2**62


def _words(label: str, longest: int, help_text: str = "", rows: int = 4) -> TextField:
    return TextField(max_length=longest, label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


def _hidden() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=_LARGEST, widget=forms.HiddenInput)


class TurnForm(forms.Form):
    """`acts_on`: what the verb is given of what was typed, by keyword."""

    acts_on: tuple[str, ...] = ()
    typed_in = ""
    """The field whose words are kept when somebody else was quicker."""

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.acts_on}

    @property
    def typed(self) -> str:
        return self.data.get(self.typed_in, "") if self.typed_in else ""


class _FindingForm(TurnForm):
    outcome = forms.ChoiceField(
        label="How did it turn out?",
        choices=list(_MEANING.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an outcome."},
    )
    happened_on = DayField(
        label="Known since",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day of the first public evidence. What was forecast from then on does not score.",
    )
    scope = ScopeField(
        label="Gives away",
        help_text="The works a reader should have seen before they are told. It holds for the theory too, once it is "
        "resolved.",
    )

    def bar(self, outcomes: Collection[str]) -> None:
        """Does not offer what whoever chooses gains by."""
        field = self.fields["outcome"]
        field.choices = [choice for choice in field.choices if choice[0] not in outcomes]
        if self.initial.get("outcome") in outcomes:
            self.initial["outcome"] = ""

    @property
    def given(self) -> dict[str, Any]:
        named = {name: self.cleaned_data[name] for name in ("outcome", "happened_on", "scope")}
        finding = Finding(evidence=self.cleaned_data[self.typed_in], **named)
        return super().given | {"finding": finding}


class ProposeForm(_FindingForm):
    typed_in = "evidence"
    evidence = _words("The evidence", LONGEST_EVIDENCE, format_html("What shows it, and where. {}", _MARKDOWN), 6)
    field_order = ("outcome", "evidence", "happened_on", "scope")


class DecideForm(_FindingForm):
    acts_on = ("seen",)
    typed_in = "words"
    words = _words("Why", LONGEST_WORDS, _MARKDOWN)
    seen = _hidden()
    field_order = ("outcome", "words", "happened_on", "scope")


class SecondForm(TurnForm):
    acts_on = ("proposal_id",)
    proposal_id = _hidden()


class RetractForm(SecondForm):
    pass


class ObjectForm(SecondForm):
    acts_on = ("proposal_id", "reason")
    typed_in = "reason"
    reason = _words("What is wrong with it", LONGEST_REASON, "Everybody reads it who may read the proposal.")


class AppealForm(TurnForm):
    acts_on = ("reason",)
    typed_in = "reason"
    reason = _words("Why it turned out otherwise", LONGEST_REASON, "There is one appeal for each theory.")


class RejectForm(TurnForm):
    acts_on = ("words", "seen")
    typed_in = "words"
    words = _words("Why", LONGEST_WORDS)
    seen = _hidden()


class UpholdForm(RejectForm):
    pass


class UndoForm(RejectForm):
    acts_on = ("words", "to", "seen")
    to = forms.ChoiceField(label="The theory is then", choices=_AFTERWARDS, widget=forms.RadioSelect)


FORMS: dict[Turn, type[TurnForm]] = {
    Turn.PROPOSE: ProposeForm,
    Turn.SECOND: SecondForm,
    Turn.OBJECT: ObjectForm,
    Turn.RETRACT: RetractForm,
    Turn.DECIDE: DecideForm,
    Turn.REJECT: RejectForm,
    Turn.UNDO: UndoForm,
    Turn.APPEAL: AppealForm,
    Turn.UPHOLD: UpholdForm,
    Turn.OVERTURN: DecideForm,
}
