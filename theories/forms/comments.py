from django import forms

from theories.discussing import LONGEST
from theories.forms.fields import MarkedUpField, ScopeField


class CommentForm(forms.Form):
    text = MarkedUpField(max_length=LONGEST, label="Your comment")
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
