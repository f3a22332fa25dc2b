from theories.forms.comments import CommentForm, NewCommentForm
from theories.forms.later import ClarificationForm, DuplicateForm, UnmarkForm
from theories.forms.theories import CHECK, TheoryForm, amended

__all__ = [
    "CHECK",
    "ClarificationForm",
    "CommentForm",
    "DuplicateForm",
    "NewCommentForm",
    "TheoryForm",
    "UnmarkForm",
    "amended",
]
